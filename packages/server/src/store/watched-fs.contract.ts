type FileSystem = typeof import('node:fs/promises')

/** What the file system was asked for, which of it fails, and how many bytes a write takes at once. */
export const disk = {
  asked: [] as string[],
  failing: '',
  takes: undefined as number | undefined,
  /** What to call a path in `asked` and `failing`. */
  nameOf: (path: string): string => path,
}

/** `real`, which notes what it does in `disk.asked`. For `vi.mock('node:fs/promises', …)`. */
export function watchedFs(real: FileSystem): FileSystem {
  return {
    ...real,
    async open(...args) {
      const name = disk.nameOf(String(args[0]))
      ask(`open ${name}`)
      return watchedFile(await real.open(...args), name)
    },
    async rename(from, to) {
      ask(`rename ${disk.nameOf(String(from))} to ${disk.nameOf(String(to))}`)
      await real.rename(from, to)
    },
  }
}

function watchedFile<file extends object>(file: file, name: string): file {
  return new Proxy(file, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        ask(`${String(method)} ${name}`)
        const limited = method === 'write' ? [...given, disk.takes] : given
        return Reflect.apply(member, target, limited)
      }
    },
  })
}

function ask(operation: string): void {
  disk.asked.push(operation)
  if (operation !== disk.failing) return
  throw Object.assign(new Error('No space left on device'), { code: 'ENOSPC' })
}
