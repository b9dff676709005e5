import { CONNECT } from './connect.ts'
import { runCases } from './run-cases.ts'

runCases('connecting', CONNECT)
