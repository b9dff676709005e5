import { createMemoryStore } from './memory-store.ts'
import { storeContract } from './store.contract.ts'

storeContract('A memory store', async () => {
  const store = createMemoryStore()
  return { store, dispose: () => store.close() }
})
