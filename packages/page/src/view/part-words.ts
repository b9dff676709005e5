import type { Texts } from '../texts/texts.ts'
import { arrived, type PartTable } from '../uploads/part-table.ts'

/** What a map of parts shows, in words. */
export function partWords(table: PartTable, { parts }: Pick<Texts, 'parts'>): string {
  const counts = table.counts()
  const said = [
    parts.arrived(arrived(counts), table.count),
    counts.sending > 0 && parts.sending(counts.sending),
    counts.again > 0 && parts.again(counts.again),
    counts.repaired > 0 && parts.repaired(counts.repaired),
    counts.held > 0 && parts.held(counts.held),
    counts.failed > 0 && parts.failed(counts.failed),
  ]
  return said.filter((text) => text !== false).join(' · ')
}
