import { LISTINGS } from './listings.ts'
import { runCases } from './run-cases.ts'

runCases('what OSS says that it has', LISTINGS)
