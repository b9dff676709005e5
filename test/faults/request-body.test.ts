import { REQUEST_BODY } from './request-body.ts'
import { runCases } from './run-cases.ts'

runCases('the body of a request', REQUEST_BODY)
