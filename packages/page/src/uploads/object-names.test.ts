import { describe, expect, it } from 'vitest'
import { freeName, namesFile, objectName } from './object-names.ts'

describe('objectName', () => {
  it.each([
    ['', 'film.mp4', 'film.mp4'],
    ['in/', 'holiday/1.jpg', 'in/holiday/1.jpg'],
    ['', '/a//b', 'a/b'],
    ['', './a/../b', 'a/b'],
  ])('puts %j before %j: %j', (prefix, path, name) => {
    expect(objectName(prefix, path)).toBe(name)
  })
})

describe('freeName', () => {
  it.each([
    ['a.mp4', [], 'a.mp4'],
    ['a.mp4', ['a.mp4'], 'a (2).mp4'],
    ['a.mp4', ['a.mp4', 'a (2).mp4'], 'a (3).mp4'],
    ['x.y/a', ['x.y/a'], 'x.y/a (2)'],
    ['.profile', ['.profile'], '.profile (2)'],
    ['a.tar.gz', ['a.tar.gz'], 'a.tar (2).gz'],
  ])('of %j beside %j is %j', (name, taken, free) => {
    expect(freeName(name, new Set(taken))).toBe(free)
  })
})

describe('namesFile', () => {
  it.each([
    ['a.mp4', 'a.mp4', true],
    ['in/a.mp4', 'a.mp4', true],
    ['in/holiday/1.jpg', 'holiday/1.jpg', true],
    ['in/a (2).mp4', 'a.mp4', true],
    ['a (2).mp4', 'a (2).mp4', true],
    ['profile (3)', 'profile', true],
    ['aa.mp4', 'a.mp4', false],
    ['a.mp4', 'b.mp4', false],
  ])('of %j and %j is %j', (name, path, is) => {
    expect(namesFile(name, path)).toBe(is)
  })
})
