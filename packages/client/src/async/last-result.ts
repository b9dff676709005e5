/** The same function, but asked again for what it was asked for last it does not compute it again. */
export function lastResult<Argument, Result>(
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  let last: { readonly argument: Argument; readonly result: Result } | undefined
  return (argument) => {
    if (last === undefined || last.argument !== argument) {
      last = { argument, result: compute(argument) }
    }
    return last.result
  }
}
