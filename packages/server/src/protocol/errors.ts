/**
 * The codes that oss-local answers with: status, message, and the error cause (EC) where one belongs
 * to every use. oss2 picks its exception class by the pair of status and code.
 */
const CODES = {
  AccessDenied: [403, 'You have no right to access this object.'],
  AccessForbidden: [
    403,
    // The spelling is the service's.
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec.",
  ],
  AccessKeyIdAndSecurityTokenNotMatch: [
    403,
    'The OSS access key id and security token you provided does not match.',
  ],
  BadRequest: [400, 'The request could not be understood.'],
  BucketAlreadyExists: [
    409,
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    '0015-00000104',
  ],
  BucketNotEmpty: [409, 'The bucket has objects. Please delete them first.', '0015-00000301'],
  CORSRuleBeyondLimit: [400, 'The CORS Rules num is beyond limit.', '0034-00000006'],
  CallbackFailed: [203, 'The callback failed.', '0007-00000203'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size.'],
  EntityTooSmall: [
    400,
    'Your proposed upload smaller than the minimum allowed size.',
    '0042-00000213',
  ],
  FileAlreadyExists: [409, 'The object you specified already exists and can not be overwritten.'],
  IncompleteBody: [
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  ],
  InternalError: [500, 'Please contact the server administrator, oss@service.aliyun.com.'],
  InvalidAccessKeyId: [
    403,
    'The OSS Access Key Id you provided does not exist in our records.',
    '0002-00000902',
  ],
  InvalidArgument: [400, 'The argument is invalid.'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidCRC64: [400, 'The x-oss-hash-crc64ecma you specified was invalid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.'],
  InvalidEncryptionAlgorithmError: [
    400,
    'The Encryption request you specified is not valid. Supported values: AES256, KMS and SM4.',
  ],
  InvalidObjectName: [400, 'The specified object is not valid.'],
  InvalidPart: [
    400,
    "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    'The list of parts was not in ascending order. Parts list must specified in order by part number.',
    '0042-00000209',
  ],
  InvalidRange: [416, 'The requested range cannot be satisfied'],
  InvalidRequest: [400, 'The request is invalid.'],
  InvalidSecurityToken: [403, 'The security token you provided is invalid.'],
  InvalidTag: [400, 'The tag you specified is invalid.'],
  MalformedXML: [
    400,
    'The XML you provided was not well-formed or did not validate against our published schema.',
  ],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.', '0015-00000101'],
  NoSuchCORSConfiguration: [404, 'The CORS Configuration does not exist.', '0034-00000001'],
  NoSuchKey: [404, 'The specified key does not exist.', '0026-00000001'],
  NoSuchLifecycle: [404, 'No Row found in Lifecycle Table.'],
  NoSuchUpload: [
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    '0042-00000104',
  ],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [400, 'A header you provided implies functionality that is not implemented.'],
  PartAlreadyExist: [
    409,
    "For sequential multipart upload, you can't overwrite uploaded parts.",
    '0042-00000108',
  ],
  PartNotSequential: [
    400,
    'For sequential multipart upload, parts must be uploaded in ascending order without gaps.',
  ],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold.'],
  RequestTimeTooSkewed: [
    403,
    'The difference between the request time and the current time is too large.',
    '0002-00000504',
  ],
  SecurityTokenExpired: [403, 'The security token you provided has expired.'],
  SignatureDoesNotMatch: [
    403,
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    '0002-00000040',
  ],
} as const satisfies Record<
  string,
  readonly [status: number, message: string, ec?: string | undefined]
>

export type ErrorCode = keyof typeof CODES

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(CODES, code)
}

export interface ErrorDetails {
  /** Instead of the code's usual one. */
  readonly message?: string
  /** Instead of the code's usual one. Only NotImplemented has two: 400 for a header, 501 for an operation. */
  readonly status?: number
  readonly ec?: string
  /** Further elements of the error document, by name. */
  readonly elements?: Readonly<Record<string, string | number>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A refusal that the client is told about. Anything else that is thrown is a bug: 500. */
export class OssError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly ec: string | undefined
  readonly elements: Readonly<Record<string, string | number>>
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const [status, message, ec]: readonly [number, string, string?] = CODES[code]
    super(details.message ?? message)
    this.name = 'OssError'
    this.code = code
    this.status = details.status ?? status
    this.ec = details.ec ?? ec
    this.elements = details.elements ?? {}
    this.headers = details.headers ?? {}
  }
}

export function invalidArgument(
  name: string,
  value: string,
  details: Pick<ErrorDetails, 'message' | 'ec'> = {},
): OssError {
  return new OssError('InvalidArgument', {
    message: `The argument ${name} is invalid.`,
    ...details,
    elements: { ArgumentName: name, ArgumentValue: value },
  })
}
