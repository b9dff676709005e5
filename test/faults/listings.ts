import type { Bench, FaultCase } from './fault-case.ts'
import { KEY } from './judge.ts'

/** What ListParts says in place of the truth, of which it is made. */
type Lie = (truth: string) => string

function lie(name: string, tell: Lie, more: Partial<FaultCase> = {}): FaultCase {
  return {
    row: 'C42',
    name: `ListParts ${name}`,
    resumed: true,
    ends: 'arrived',
    async arrange(bench) {
      const truth = await listing(bench)
      const body = tell(truth)
      if (body === truth) throw new Error('This is no lie')
      bench.server.faults.add({ on: 'ListParts', do: 'change answer', body })
    },
    ...more,
  }
}

const PART_1 = /<Part>\s*<PartNumber>1<[\s\S]*?<\/Part>/

export const LISTINGS: readonly FaultCase[] = [
  lie('gives a part another size', (xml) => xml.replace('<Size>102400<', '<Size>102399<')),
  lie('gives a part no size', (xml) => xml.replace('<Size>102400<', '<Size><')),
  lie('gives a part another checksum', (xml) => xml.replace(/(?<=<HashCrc64ecma>)\d+/, '1')),
  lie('gives a part no checksum', (xml) => xml.replace(/<HashCrc64ecma>\d+<\/HashCrc64ecma>/, '')),
  lie('gives a part another ETag', (xml) => xml.replace(/(?<=<ETag>)[^<]+/, '"0"')),
  ...['0', '-1', '10001', '1.5', 'x', ''].map((number) =>
    lie(`gives a part the number "${number}"`, (xml) =>
      xml.replace('>1</PartNumber>', `>${number}</PartNumber>`),
    ),
  ),
  lie('tells of a part that was never sent', (xml) =>
    xml.replace('</ListPartsResult>', `${partOf(xml).replace('>1</', '>4</')}</ListPartsResult>`),
  ),
  lie('tells of a part behind the last', (xml) =>
    xml.replace('</ListPartsResult>', `${partOf(xml).replace('>1</', '>9</')}</ListPartsResult>`),
  ),
  lie('tells of a part twice', (xml) =>
    xml.replace(
      '</ListPartsResult>',
      `${partOf(xml)
        .replace(/(?<=<ETag>)[^<]+/, '"0"')
        .replace(/(?<=ecma>)\d+/, '1')}</ListPartsResult>`,
    ),
  ),
  lie('has parts of another upload', (xml) => xml.replace(/(?<=<UploadId>)[^<]+/, 'ANOTHER'), {
    ends: { name: 'UnexpectedResponseError', operation: 'ListParts' },
  }),
  lie(
    'does not end',
    (xml) =>
      xml
        .replace('>false</IsTruncated>', '>true</IsTruncated>')
        .replace(/(?<=<NextPartNumberMarker>)\d*/, '0'),
    {
      ends: { name: 'UnexpectedResponseError', operation: 'ListParts' },
    },
  ),
  {
    ...lie('says that there are none', (xml) => xml.replaceAll(/<Part>[\s\S]*?<\/Part>/g, '')),
    row: 'C43',
  },
  { ...lie('has lost one', (xml) => xml.replace(PART_1, '')), row: 'C43' },
]

function partOf(xml: string): string {
  return PART_1.exec(xml)?.[0] ?? ''
}

async function listing({ direct }: Bench): Promise<string> {
  const [upload] = (await direct.listUploads()).uploads
  const { res } = await direct.listParts(KEY, upload?.uploadId ?? '')
  return Buffer.from(res.data).toString()
}
