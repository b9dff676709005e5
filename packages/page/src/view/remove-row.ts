/**
 * Takes a row out of its list. The focus that was in it goes to `next` in the row after it, or to the button
 * that everything begins with, instead of to nowhere.
 */
export function removeRow(row: Element, next: string): void {
  const hadFocus = row.contains(document.activeElement)
  const neighbour = row.nextElementSibling ?? row.previousElementSibling
  row.remove()
  if (!hadFocus) return
  const place = neighbour?.querySelector<HTMLElement>(next)
  ;(place ?? document.querySelector<HTMLElement>('#pick'))?.focus()
}
