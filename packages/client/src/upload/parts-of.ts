import { cut } from './cut.ts'
import { type Expected, type PartToSend, planParts, streamPartSize } from './plan.ts'
import { partBody, type Source, type StreamSource } from './source.ts'

/** The parts of a source in order, and what they come to. */
export interface Plan {
  readonly parts: Iterable<PartToSend> | AsyncIterable<PartToSend>
  /** Those that can be read again: all of a source, none of a stream. */
  readonly again: Iterable<PartToSend>
  /** What must be at OSS in the end; undefined while a stream goes on. */
  expected(): Expected | undefined
}

export function planOf(input: Source | StreamSource, partSize: number): Plan {
  return input.size === undefined ? streamPlan(input, partSize) : sourcePlan(input, partSize)
}

function sourcePlan(source: Source, partSize: number): Plan {
  const parts = {
    *[Symbol.iterator]() {
      for (const part of planParts(source.size, partSize)) {
        const { number, start, end } = part
        yield { number, start, end, body: partBody(source, part) }
      }
    },
  }
  const expected = { parts: Math.ceil(source.size / partSize), size: source.size }
  return { parts, again: parts, expected: () => expected }
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
