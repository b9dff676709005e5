/** A place in IndexedDB for values under keys, which all pages of one origin share. */
export interface Database {
  /** Does `work` in one transaction that nobody else's comes between; resolves when it would survive a power cut. */
  change<Value>(store: string, work: (entries: Entries) => Promise<Value>): Promise<Value>
  all(store: string): Promise<unknown[]>
}

/** What can be done within a transaction. Nothing else may be waited for in it: it would end. */
export interface Entries {
  get(key: string): Promise<unknown>
  put(key: string, value: unknown): Promise<unknown>
  delete(key: string): Promise<unknown>
}

/** The database is opened when it is first needed, and made with these `stores` where there is none. */
export function openDatabase(name: string, stores: readonly string[]): Database {
  let opened: Promise<IDBDatabase> | undefined

  async function begin(store: string, mode: IDBTransactionMode): Promise<IDBTransaction> {
    opened ??= open(name, stores).catch((error) => {
      opened = undefined
      throw error
    })
    const database = await opened
    // Another version wants to change it, or the user has cleared it: the next one asks anew.
    database.onversionchange = database.onclose = () => {
      database.close()
      opened = undefined
    }
    return database.transaction(store, mode, { durability: 'strict' })
  }

  return {
    async change(store, work) {
      const transaction = await begin(store, 'readwrite')
      const done = ended(transaction)
      const entries = transaction.objectStore(store)
      const value = await work({
        get: (key) => answer(entries.get(key)),
        put: (key, entry) => answer(entries.put(entry, key)),
        delete: (key) => answer(entries.delete(key)),
      })
      await done
      return value
    },
    all: async (store) => {
      const transaction = await begin(store, 'readonly')
      return answer(transaction.objectStore(store).getAll())
    },
  }
}

function open(name: string, stores: readonly string[]): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => {
    for (const store of stores) request.result.createObjectStore(store)
  }
  return answer(request)
}

function answer<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = transaction.onerror = () => reject(transaction.error)
  })
}
