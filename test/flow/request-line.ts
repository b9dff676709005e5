export type OperationName =
  | 'InitiateMultipartUpload'
  | 'UploadPart'
  | 'CompleteMultipartUpload'
  | 'AbortMultipartUpload'
  | 'ListParts'
  | 'PutObject'
  | 'Other'

/** What a request is about, as its first line tells: bucket and key stand in its path. */
export interface RequestLine {
  readonly operation: OperationName
  readonly key: string
  readonly partNumber: number | undefined
}

export function readRequestLine(method: string, url: string): RequestLine {
  const [path = '', query = ''] = url.split('?')
  const parameters = new URLSearchParams(query)
  const part = parameters.get('partNumber')
  return {
    operation: operationOf(method, parameters),
    key: decodeURIComponent(path.split('/').slice(2).join('/')),
    partNumber: part === null ? undefined : Number(part),
  }
}

function operationOf(method: string, query: URLSearchParams): OperationName {
  if (query.has('uploads') && method === 'POST') return 'InitiateMultipartUpload'
  if (query.has('partNumber')) return 'UploadPart'
  if (!query.has('uploadId')) return method === 'PUT' ? 'PutObject' : 'Other'
  if (method === 'POST') return 'CompleteMultipartUpload'
  return method === 'DELETE' ? 'AbortMultipartUpload' : 'ListParts'
}
