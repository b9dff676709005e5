import { checkpointStoreContract } from './checkpoint-store.contract.ts'
import { memoryCheckpoints } from './memory-checkpoints.ts'

checkpointStoreContract('memoryCheckpoints', memoryCheckpoints)
