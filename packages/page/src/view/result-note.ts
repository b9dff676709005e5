import { formatBytes } from '../texts/format.ts'
import type { Item, Stored } from '../uploads/state.ts'
import type { FileActions, Speech } from './context.ts'
import { copyButton } from './copy-button.ts'
import { h } from './element.ts'
import { icon } from './icon.ts'

type Link = () => ReturnType<FileActions['link']>

/** What is at OSS now: its checksum, its ETag, a link to it, and the rest on demand. */
export function resultNote(
  item: Item,
  stored: Stored,
  speech: Speech,
  { link }: Pick<FileActions, 'link'>,
): HTMLDivElement {
  const { result, named } = speech.texts
  const sum = (what: string, value: string | undefined) =>
    value !== undefined && h('span', {}, `${what} `, h('code', {}, value))
  const details = h('details', {}, h('summary', {}, result.details))
  // Two hundred files need not carry a table that nobody has opened.
  details.addEventListener('toggle', () => details.append(table(item, stored, speech)), {
    once: true,
  })
  const more = h('div', { class: 'result-more' }, details)
  const label = named(result.download, item.name)
  addDownload(more, result.download, label, () => link(item.name, stored.bucket))
  return h(
    'div',
    { class: 'result' },
    h('p', { class: 'sums' }, sum(result.crc64, stored.crc64), sum(result.etag, stored.etag)),
    more,
  )
}

function addDownload(place: HTMLElement, text: string, label: string, link: Link): void {
  const anchor = h('a', { class: 'download', 'aria-label': label }, icon('download'), text)
  const renew = async () => {
    const url = await link()
    if (url !== undefined) anchor.href = url
    return url
  }
  // A link works for an hour: it is made anew when somebody is about to use it.
  anchor.addEventListener('pointerenter', renew)
  anchor.addEventListener('focus', renew)
  renew().then((url) => url !== undefined && place.prepend(anchor))
}

function table({ name, size }: Item, stored: Stored, speech: Speech): HTMLElement {
  const { texts, locale } = speech
  const { result } = texts
  const exact = result.bytes(size.toLocaleString(locale))
  const rows: readonly (readonly [string, string | undefined])[] = [
    [result.bucket, stored.bucket],
    [result.name, name],
    [result.size, `${formatBytes(size, locale)} (${exact})`],
    [result.type, stored.contentType],
    [result.modified, stored.lastModified],
    [result.crc64, stored.crc64],
    [result.etag, stored.etag],
    [result.requestId, stored.requestId],
  ]
  const list = h('dl', {})
  for (const [term, value] of rows) {
    if (value === undefined) continue
    const copied = term === result.requestId && copyButton(value, term, speech)
    list.append(h('dt', {}, term), h('dd', {}, h('code', {}, value), ' ', copied))
  }
  return list
}
