/** What a file is called in the bucket: its path, below the prefix of the settings. */
export function objectName(prefix: string, path: string): string {
  // A browser cannot ask for a name with `.` or `..` between slashes, and OSS for none that begins with one.
  const steps = path.split('/').filter((step) => step !== '' && step !== '.' && step !== '..')
  return prefix + steps.join('/')
}

/** Whether an object may have been made of the file at `path`, in whatever folder, numbered or not. */
export function namesFile(name: string, path: string): boolean {
  const plain = name.replace(/ \(\d+\)(?=(\.[^./]+)?$)/, '')
  return [name, plain].some((one) => one === path || one.endsWith(`/${path}`))
}

/** `name`, or with a number in it if it is taken: two files of one name would become one object. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const [, stem = name, extension = ''] = /^(.*?[^/])(\.[^./]+)?$/.exec(name) ?? []
  for (let number = 2; ; number++) {
    const candidate = `${stem} (${number})${extension}`
    if (!taken.has(candidate)) return candidate
  }
}
