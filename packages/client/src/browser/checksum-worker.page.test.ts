import { expect, it } from 'vitest'
import { crc64 } from '../oss/crc64.ts'
import { compileCrc64 } from '../oss/crc64-wasm.ts'
import { MiB } from '../oss/limits.ts'
import { bytesOf } from '../upload/testing.contract.ts'

const bytes = new Uint8Array(bytesOf(5 * MiB + 7))
const blob = new Blob([bytes])

function startWorker() {
  const worker = new Worker(new URL('./checksum-worker.ts', import.meta.url), { type: 'module' })
  const answer = () =>
    new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data), { once: true })
      worker.addEventListener('error', reject, { once: true })
    })
  return { worker, answer }
}

it('computes what the module that it was sent computes', async () => {
  const { worker, answer } = startWorker()
  worker.postMessage(compileCrc64(WebAssembly))
  worker.postMessage({ id: 3, blob })
  expect(await answer()).toEqual({ id: 3, crc64: `${crc64(bytes)}` })
  worker.terminate()
})

it('says so where it can compute nothing', async () => {
  const { worker, answer } = startWorker()
  worker.postMessage({ id: 4, blob })
  expect(await answer()).toEqual({ id: 4, crc64: undefined })
  worker.terminate()
})
