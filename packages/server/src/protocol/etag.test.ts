import { describe, expect, it } from 'vitest'
import { contentMd5, multipartEtag } from './etag.ts'

describe('multipartEtag', () => {
  it.each([
    // Recorded from the service, then the documentation, then computed.
    [
      ['4DE8075FB607DF4D13FBC480EA488EFA', 'AF947EC157726CEA88ED83B3C989063B'],
      '1C787C506EABFB9B45EAAA8DB039F4B2-2',
    ],
    [
      [
        '3349DC700140D7F86A078484278075A9',
        '8EFDA8BE206636A695359836FE0A0E0A',
        '8C315065167132444177411FDA149B92',
      ],
      'B864DB6A936D376F9F8D3ED3BBE540DD-3',
    ],
    [['5EB63BBBE01EEED093CB22BB8F5ACDC3'], '028974DFCF3F3B052F25777FD64B0DEB-1'],
    [
      [
        '302D3A0C8E319EAA95B059B346DE1D1D',
        'ACF9C99FA8B2636962137E298B400616',
        '46A128CDF4C7D26F1465DFAC42771ED3',
      ],
      '21F983C69601C273F3D180060242AB8D-3',
    ],
    [[], 'D41D8CD98F00B204E9800998ECF8427E-0'],
  ])('hashes the ETags %o as text', (parts, etag) => {
    expect(multipartEtag(parts)).toBe(etag)
  })
})

describe('contentMd5', () => {
  it('is the digest in base64', () => {
    expect(contentMd5('781E5E245D69B566979B86E28D23F2C7')).toBe('eB5eJF1ptWaXm4bijSPyxw==')
  })
})
