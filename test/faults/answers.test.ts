import { ANSWERS } from './answers.ts'
import { runCases } from './run-cases.ts'

runCases('answers', ANSWERS)
