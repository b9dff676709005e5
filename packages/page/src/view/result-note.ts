import { formatBytes } from '../format.ts'
import type { Item, Stored } from '../state.ts'
import type { FileActions, Speech } from './context.ts'
import { copyButton } from './copy-button.ts'
import { h } from './element.ts'
import { icon } from './icon.ts'

/** What is at OSS now: its checksum, its ETag, a link to it, and the rest on demand. */
export function resultNote(
  item: Item,
  stored: Stored,
  speech: Speech,
  { link }: Pick<FileActions, 'link'>,
): HTMLDivElement {
  const { result, named } = speech.texts
  const line = h('p', { class: 'result-line' })
  if (stored.crc64 !== undefined) {
    const checked = h('span', { class: 'verified' }, icon('shield'), result.verified)
    line.append(
      checked,
      h('span', { class: 'sum' }, `${result.crc64} `, h('code', {}, stored.crc64)),
    )
  }
  line.append(h('span', { class: 'sum' }, `${result.etag} `, h('code', {}, stored.etag)))
  const details = h('details', {}, h('summary', {}, result.details))
  // Two hundred files need not carry a table that nobody has opened.
  details.addEventListener('toggle', () => details.append(table(item, stored, speech)), {
    once: true,
  })
  const note = h('div', { class: 'result' }, line, h('div', { class: 'result-more' }, details))
  addDownload(note, item, named(result.download, item.name), result.download, link)
  return note
}

function addDownload(
  note: HTMLElement,
  { name }: Item,
  label: string,
  text: string,
  link: FileActions['link'],
): void {
  const anchor = h('a', { class: 'download', 'aria-label': label }, icon('download'), text)
  const renew = async () => {
    const url = await link(name)
    if (url !== undefined) anchor.href = url
    return url
  }
  // A link works for an hour: it is made anew when somebody is about to use it.
  anchor.addEventListener('pointerenter', renew)
  anchor.addEventListener('focus', renew)
  renew().then((url) => url !== undefined && note.querySelector('.result-more')?.prepend(anchor))
}

function table({ name, size }: Item, stored: Stored, speech: Speech): HTMLElement {
  const { texts, locale } = speech
  const { result } = texts
  const exact = result.bytes(size.toLocaleString(locale))
  const rows: readonly (readonly [string, string | undefined])[] = [
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
