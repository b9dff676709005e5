import { EVERY_REQUEST } from './every-request.ts'
import { runCases } from './run-cases.ts'

runCases('every request', EVERY_REQUEST)
