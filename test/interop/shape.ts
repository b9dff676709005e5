/** What kind of value stands under each path of a result: `objects[].size` → `number`. */
export type Shape = Readonly<Record<string, string>>

/**
 * The shape of a result of a client. Of a list the first entry stands for all. Response headers are
 * not looked into: they are the server's, not the client's. A property without a value is none.
 */
export function shapeOf(result: object): Shape {
  return Object.fromEntries(paths(result, ''))
}

/** The same of an error, whose properties are not all enumerable. */
export function shapeOfError(error: Error): Shape {
  const names = Object.getOwnPropertyNames(error).filter((name) => name !== 'stack')
  return Object.fromEntries(names.map((name) => [name, kindOf(Reflect.get(error, name))]))
}

/** `theirs → ours` for every path that is not in both with the same kind of value. */
export function differences(theirs: Shape, ours: Shape): Record<string, string> {
  return Object.fromEntries(
    Object.entries(theirs)
      .filter(([path, kind]) => ours[path] !== kind)
      .map(([path, kind]) => [path, `${kind} → ${ours[path] ?? 'missing'}`]),
  )
}

function paths(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (inner === undefined) return []
    const path = `${prefix}${name}`
    const kind = kindOf(inner)
    if (kind === 'array') return [[path, kind], ...listed(inner, path)]
    return [
      [path, kind],
      ...(kind === 'object' && name !== 'headers' ? paths(inner, `${path}.`) : []),
    ]
  })
}

function listed([first]: readonly unknown[], path: string): [string, string][] {
  if (first === undefined) return []
  return typeof first === 'object' && first !== null
    ? paths(first, `${path}[].`)
    : [[`${path}[]`, kindOf(first)]]
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (Buffer.isBuffer(value)) return 'Buffer'
  return typeof value
}
