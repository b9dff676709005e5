import type { Database } from './database.ts'

/** Lets one tab have a thing alone. */
export interface TabLocks {
  /** What gives `name` back, or undefined where somebody else has it. */
  take(name: string): Promise<(() => Promise<void>) | undefined>
}

/** Web Locks: what a tab held is free as soon as it is closed or has crashed. */
export function webLocks(locks: Pick<LockManager, 'request'>): TabLocks {
  return {
    take: (name) =>
      new Promise((resolve, reject) => {
        const held = locks.request(`oss-multipart ${name}`, { ifAvailable: true }, (lock) => {
          if (lock === null) return resolve(undefined)
          return new Promise<void>((free) => {
            resolve(async () => {
              free()
              await held
            })
          })
        })
        held.catch(reject)
      }),
  }
}

/** Milliseconds that a lease lasts: a hidden tab's timers may run but once a minute. */
const LEASE = 150_000
/** Milliseconds after which it is renewed. */
const RENEW = 20_000

/** The store of the database that leases are in. */
export const LEASES = 'leases'

/**
 * Leases in the database, for pages without Web Locks, which are those on plain http. A tab that was
 * closed gives its leases back as it goes; one that crashed has them until they run out.
 *
 * @param now milliseconds since 1970
 */
export function leases(database: Database, now: () => number = Date.now): TabLocks {
  return {
    async take(name) {
      const owner = Array.from({ length: 4 }, () => Math.random().toString(36).slice(2)).join('')
      const lease = () => ({ owner, until: now() + LEASE })
      const isOurs = await database.change(LEASES, async ({ get, put }) => {
        if (Object(await get(name)).until > now()) return false
        await put(name, lease())
        return true
      })
      if (!isOurs) return undefined

      // None is there when the user has left the page and come back to it as it was.
      const renew = () =>
        database.change(LEASES, async ({ get, put }) => {
          if ((Object(await get(name)).owner ?? owner) === owner) await put(name, lease())
        })
      const free = () =>
        database.change(LEASES, async (entries) => {
          if (Object(await entries.get(name)).owner === owner) await entries.delete(name)
        })
      const timer = setInterval(() => void renew().catch(() => {}), RENEW)
      const onHide = () => void free().catch(() => {})
      addEventListener('pagehide', onHide)
      return async () => {
        clearInterval(timer)
        removeEventListener('pagehide', onHide)
        await free()
      }
    },
  }
}
