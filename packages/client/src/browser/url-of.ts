import { invalidInput } from '../oss/errors.ts'
import type { HttpRequest } from '../oss/transport.ts'

/**
 * The URL of a request. A browser takes `.` and `..` out of a path before it sends it, which would be
 * another object: such a request is refused.
 */
export function urlOf({ origin, path }: Pick<HttpRequest, 'origin' | 'path'>): string {
  const { pathname, search } = new URL(origin + path)
  if (pathname + search === path) return origin + path
  const [name] = path.split('?')
  throw invalidInput(
    `A browser can not ask for ${name}: it takes "." and ".." between slashes out of an address. Give the object another name, or upload it from Node`,
  )
}
