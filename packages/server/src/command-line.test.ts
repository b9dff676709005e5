import { describe, expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'
import { pagesRule, THIS_MACHINE } from './cors-option.ts'

describe('readCommandLine', () => {
  it('has a default for everything', () => {
    expect(readCommandLine([])).toEqual({
      name: 'serve',
      options: {
        port: 9000,
        host: '127.0.0.1',
        dir: '.oss-local',
        accessKeys: [],
        buckets: [],
        cors: false,
        region: 'cn-hangzhou',
        faults: false,
      },
    })
  })

  it.each(['127.0.0.1', 'localhost', '::1'])('lets faults be ordered on %s', (host) => {
    const argv = ['--faults-token', 'hush', '--host', host]
    expect(readCommandLine(argv)).toMatchObject({ options: { host, faults: { token: 'hush' } } })
  })

  it.each(['0.0.0.0', '::', '192.168.1.7', 'example.com'])('but not on %s', (host) => {
    expect(() => readCommandLine(['--faults-token', 'hush', '--host', host])).toThrow(
      `--faults-token needs a --host of this machine, such as 127.0.0.1: got ${host}`,
    )
  })

  it('takes several keys and buckets', () => {
    const argv = '--port 0 --dir d --access-key a:b:c --access-key d:e --bucket one --bucket two'
    expect(readCommandLine(argv.split(' '))).toMatchObject({
      options: {
        port: 0,
        dir: 'd',
        accessKeys: [
          { accessKeyId: 'a', accessKeySecret: 'b:c' },
          { accessKeyId: 'd', accessKeySecret: 'e' },
        ],
        buckets: ['one', 'two'],
      },
    })
  })

  it.each([
    ['--cors', THIS_MACHINE],
    ['--cors --port 0', THIS_MACHINE],
    ['--cors http://a.test:5173', ['http://a.test:5173']],
    ['--cors=http://a.test --cors https://*.b.test', ['http://a.test', 'https://*.b.test']],
    ['--cors --cors http://a.test --region eu', [...THIS_MACHINE, 'http://a.test']],
    ['--cors *', ['*']],
    ['--cors null', ['null']],
  ])('lets pages in: %s', (argv, origins) => {
    expect(readCommandLine(argv.split(' '))).toMatchObject({
      options: { cors: [pagesRule(origins)] },
    })
  })

  it.each(['localhost:5173', 'http://a.test/', 'http://a.test/page', 'http://A.test', 'file://'])(
    'lets in no page from %s, which is no origin as browsers write it',
    (origin) => {
      expect(() => readCommandLine(['--cors', origin])).toThrow(
        `--cors must be an origin such as http://localhost:5173: got ${origin}`,
      )
    },
  )

  it('knows help and version', () => {
    expect(readCommandLine(['--help'])).toEqual({ name: 'help' })
    expect(readCommandLine(['--version'])).toEqual({ name: 'version' })
  })

  it.each([
    [['--prot', '1'], /--prot/],
    [['serve'], /serve/],
    [['--port', '65536'], /--port must be a number from 0 to 65535: got 65536/],
    [['--port', 'x'], /got x/],
    [['--access-key', 'only-a-secret'], /^--access-key must be ID:SECRET$/],
  ])('refuses %o', (argv, message) => {
    expect(() => readCommandLine(argv)).toThrow(message)
  })
})
