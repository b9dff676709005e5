import { REFUSALS } from './refusals.ts'
import { runCases } from './run-cases.ts'

runCases('refusals', REFUSALS)
