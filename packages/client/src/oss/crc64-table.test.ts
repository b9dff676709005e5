import { tableUpdate } from './crc64-table.ts'
import { crc64UpdateContract } from './crc64-update.contract.ts'

crc64UpdateContract('JavaScript', tableUpdate())
