// What a page of the browser tests has: the class as a global, as its script makes it.
declare const OSS: typeof import('oss-multipart').OSS & typeof import('oss-multipart')
