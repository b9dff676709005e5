import { runCases } from './run-cases.ts'
import { SOURCE } from './source.ts'

runCases('the source', SOURCE)
