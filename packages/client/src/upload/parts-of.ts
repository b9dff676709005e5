import { cut } from './cut.ts'
import { type Expected, type PartToSend, planParts, streamPartSize } from './plan.ts'
import { partBody, type Source, type StreamSource } from './source.ts'

/** The parts of a source in order, and what they come to. */
export interface Plan {
  readonly parts: readonly PartToSend[] | AsyncIterable<PartToSend>
  /** Those that can be read again: all of a source, none of a stream. */
  readonly again: readonly PartToSend[]
  /** What must be at OSS in the end; undefined while a stream goes on. */
  expected(): Expected | undefined
}

export function planOf(input: Source | StreamSource, partSize: number): Plan {
  return input.size === undefined ? streamPlan(input, partSize) : sourcePlan(input, partSize)
}

function sourcePlan(source: Source, partSize: number): Plan {
  const parts = planParts(source.size, partSize).map((part) => ({
    ...part,
    body: partBody(source, part),
  }))
  return { parts, again: parts, expected: () => ({ parts: parts.length, size: source.size }) }
}

function streamPlan(stream: StreamSource, partSize: number): Plan {
  let expected: Expected | undefined
  async function* parts(): AsyncGenerator<PartToSend, void, undefined> {
    let last: PartToSend | undefined
    for await (const part of cut(stream.chunks(), (number) => streamPartSize(number, partSize))) {
      last = part
      yield part
    }
    expected = { parts: last?.number ?? 0, size: last?.end ?? 0 }
  }
  return { parts: parts(), again: [], expected: () => expected }
}
