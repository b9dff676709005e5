/** A fault of the client's catalogue. Cases of the matrix name the row that they are of. */
export interface CatalogueRow {
  readonly fault: string
  /** Words of the titles of tests elsewhere that prove it. */
  readonly proven?: readonly string[]
  /** Why there is no test of it. */
  readonly open?: string
}

/** Everything that is known to go wrong with an upload, by groups. Numbers that are missing were merged. */
export const CATALOGUE: Readonly<Record<string, Readonly<Record<string, CatalogueRow>>>> = {
  Connecting: {
    C01: { fault: 'the server refuses connections for a while, or for good' },
    C02: {
      fault: 'nobody answers the attempt to connect',
      proven: ['is a ConnectionTimeoutError when nothing answers in time'],
    },
    C03: { fault: 'the name is not resolved: not now, not at all, or no answer' },
    C04: {
      fault: 'the first of several addresses is dead',
      proven: ['is made with the next address where the first one refuses'],
    },
    C05: {
      fault: 'the certificate is expired, of another host, or signed by nobody known',
      proven: [
        'refuses a certificate that nobody vouches for, before anything is said',
        'refuses the certificate of another host',
      ],
    },
    C06: {
      fault: 'the proxy refuses',
      proven: [
        'hears nothing of a request that it refuses',
        'that refuses a request with a body gives its answer too',
      ],
    },
    C07: { fault: 'an idle connection was closed just before it is used again' },
  },
  'In the body of a request': {
    C08: { fault: 'the connection is cut after any number of bytes' },
    C10: { fault: 'the server stops reading' },
    C11: { fault: 'bytes move, but hardly any' },
    C12: { fault: 'the line becomes a hundred times slower' },
    C13: {
      fault: 'packets are lost, doubled or out of order',
      open: 'The kernel mends it, and what is left of it is C08 to C14',
    },
    C14: { fault: 'the link is down for some time' },
    C15: { fault: 'bytes arrive changed' },
    C16: { fault: 'the digest of a body is refused' },
    C17: {
      fault: 'Expect: 100-continue is not answered',
      open: 'No request asks for it',
    },
  },
  Answers: {
    C18: { fault: 'no answer comes' },
    C19: { fault: 'the answer to Initiate is lost' },
    C20: { fault: 'the answer to a part, or to ListParts, is lost' },
    C21: { fault: 'the answer to Complete is lost' },
    C22: { fault: 'an answer is slow, or begins with white space' },
    C23: { fault: 'an error comes with status 200' },
    C24: { fault: 'an answer with status 200 is no answer of OSS, or half of one' },
    C26: { fault: '500, 502 and 504, by OSS or by something in between' },
    C27: { fault: '503 with any kind of Retry-After' },
    C28: { fault: '429' },
    C29: { fault: '408, and 400 RequestTimeout' },
    C30: { fault: '503 to everything, and no end to it' },
    C32: { fault: 'one of the two clocks is wrong' },
    C33: { fault: '403 that no repetition can help' },
    C34: { fault: 'temporary keys expire while parts are on their way' },
    C35: {
      fault: 'new keys cannot be had',
      proven: ['does not wait for ever for a function that never answers'],
    },
    C36: {
      fault: 'a presigned URL expires',
      open: 'Each try is signed anew, by `sign` as well; there is no case of its own',
    },
    C37: { fault: 'the upload is gone' },
    C38: { fault: 'other refusals that are final' },
    C39: { fault: 'Complete refuses a part' },
    C40: { fault: 'a redirect, to wherever' },
    C41: { fault: 'a part is answered without its ETag' },
    C42: { fault: 'ListParts lies' },
    C43: { fault: 'ListParts knows fewer parts than we do' },
  },
  'The source': {
    C46: { fault: 'the file becomes shorter' },
    C47: { fault: 'the file grows' },
    C48: { fault: 'the file is edited and stays as long as it was' },
    C49: { fault: 'the file is edited between two attempts' },
    C50: { fault: 'another file takes its name, or it is deleted' },
    C51: {
      fault: 'it cannot be read, or is no file',
      proven: [
        'a folder, in the words of ali-oss',
        'a pipe, without waiting for a writer',
        'because it cannot be read gives the error of the system',
      ],
    },
    C52: {
      fault: 'it is empty',
      proven: ['with %i bytes is stored byte by byte, one part at a time or five'],
    },
    C53: {
      fault: 'its size is at the border of a part',
      proven: [
        'with %i bytes is stored byte by byte, one part at a time or five',
        'leaves no gap and no overlap, and counts from 1, whatever the sizes',
      ],
    },
    C54: {
      fault: 'it needs more than 10,000 parts, or is too large for an object',
      proven: ['never has more than 10,000 parts, parts over 5 GiB, or less than was asked for'],
    },
    C55: {
      fault: 'it has terabytes: numbers above 2³²',
      proven: [
        'cuts the largest object there can be',
        'agrees with the method of zlib for any length up to 2^53',
      ],
    },
    C56: {
      fault: 'a stream is too short, too long, fails, or never ends',
      proven: [
        'as a stream ends the upload with its error',
        'holds no more of a stream than the part that is being cut',
        'ends a stream that never ends, and frees it',
      ],
    },
    C57: {
      fault: 'what browsers do to files and pages',
      proven: [
        'goes on after a reload, when the same file is picked again',
        'waits while the browser is offline, and goes on when it is online again',
      ],
    },
  },
  'Checkpoint and process': {
    C58: {
      fault: 'the process is killed',
      proven: [
        'at each request and each answer of an upload goes on when it is run again',
        'a script that is killed as it calls %s',
        'a script that is killed ${KILLS} times at random goes on each time',
        'sends these five again, and none of those whose answers were on their way',
      ],
    },
    C59: {
      fault: 'the power fails',
      proven: [
        'a script whose machine loses power',
        'a checkpoint is the last that was saved or the one after it, ${CUTS} times',
        'are on the disk before they have their name, and their name before save resolves',
      ],
    },
    C60: {
      fault: 'the checkpoint is torn, empty, garbage, huge or of another version',
      proven: [
        'believes nothing that is torn, at whatever byte',
        'a true checkpoint that is too large to be read counts as absent',
      ],
    },
    C61: {
      fault: 'the checkpoint is of something else',
      proven: [
        'of another name or another bucket is refused before a request',
        'a checkpoint under the name of another counts as absent',
      ],
    },
    C62: {
      fault: 'the checkpoint cannot be saved',
      proven: [
        'when the checkpoint is to be %s costs one warning, and neither this upload nor the next',
        'a process that has no file descriptor left',
        'is full: save and claim reject with ENOSPC, the old checkpoint stays, and later all is well',
        'is read-only: claim rejects with EROFS, and what is there can still be listed',
      ],
    },
    C63: {
      fault: 'the folder of checkpoints is open to others, or a planted link',
      proven: [
        'refuses a symbolic link, to a folder or to nothing',
        'refuses a folder that everybody can write to, with the sticky bit or without',
        'never writes over a file, nor where a planted link points',
      ],
    },
    C64: {
      fault: 'two processes are at one upload',
      proven: [
        'do not have the same upload at the same time',
        'is refused while the first one lives, and goes on when that is killed',
        'refuses an upload that somebody else is at, before anything is sent',
      ],
    },
    C65: {
      fault: 'our clock jumps',
      proven: [
        'lets nobody else have the upload, and has sent again only what was on its way',
        'such as %j is taken over, whatever time it is',
        'is put right from the first answer',
      ],
    },
    C67: {
      fault: 'the upload is stopped, at any step',
      proven: [
        '%s ends at once and leaves what it should',
        'while OSS answers to Complete ends at once',
      ],
    },
    C68: {
      fault: 'it is stopped twice, before it began, or again and again',
      proven: [
        'twice is stopped once',
        'with a signal that is aborted already sends nothing',
        'can be interrupted again and again',
      ],
    },
    C69: { fault: 'a rejection that nobody handles', proven: ["'unhandled rejections'"] },
    C70: {
      fault: 'something is left behind',
      proven: [
        'after two hundred uploads, of which some failed',
        'leave no handle, socket, listener or file descriptor behind',
      ],
    },
    C71: {
      fault: "the caller's progress throws, or is slow",
      proven: [
        'that throws is a warning and no failure',
        'does not overlap with itself when it is slow, and is waited for',
      ],
    },
    C72: {
      fault: 'memory grows with the file',
      proven: [
        'an upload of 10,000 parts of 100 KiB, 8 at once',
        'need less than 768 MiB of memory',
      ],
    },
    C73: { fault: 'checksums keep everything else waiting', open: 'Not measured yet' },
  },
  Security: {
    C74: {
      fault: 'a header that breaks the line',
      proven: ['refuses %j as a value and names the header', 'refuses the name %j'],
    },
    C75: {
      fault: 'metadata in any language',
      proven: ['has its metadata, whatever the language'],
    },
    C76: {
      fault: 'keys that a URL parser would change',
      proven: [
        'each name is a key of its own, to the letter',
        'sends path and query to the letter, whatever a URL parser would make of them',
      ],
    },
    C77: {
      fault: 'a prototype is changed by what was read',
      proven: [
        'takes over what it knows and nothing else, so that no prototype can be changed',
        'knows nothing of names that every object has',
      ],
    },
    C78: {
      fault: 'XML that is a bomb',
      proven: [
        'reads 32 levels and refuses one more',
        'refuses more than 16 MiB',
        'refuses more tags than any answer has, before they fill the memory',
      ],
    },
    C79: {
      fault: 'text that a regular expression never ends with',
      proven: [
        'reads half a megabyte of line breaks at once',
        'survives a tag with a million quotes',
      ],
    },
    C80: {
      fault: 'a secret is shown',
      proven: [
        'are not shown by the client',
        'are not shown by the error of a network that fails',
        'repeats nothing that the document says of signatures and keys',
      ],
    },
    C81: {
      fault: 'keys go over a connection that is not encrypted, by mistake',
      proven: ['uses TLS and a custom domain even there, when told to'],
    },
    C82: {
      fault: 'others can read the checkpoint',
      proven: [
        'are for their owner’s eyes alone, in a folder of the same kind, whatever the umask',
      ],
    },
    C83: {
      fault: 'a callback that breaks out of its JSON',
      proven: ['writes the callback as base64 of JSON, in the words of OSS'],
    },
    C84: {
      fault: 'a key or an ETag that breaks out of its XML',
      proven: ['lets no ETag break out of its element', 'carries any key unharmed'],
    },
    C85: {
      fault: 'an object name that becomes a path',
      proven: ['are one for each upload, named by a hash, gone with the checkpoint'],
    },
    C86: {
      fault: 'what is installed with it',
      proven: ['runs nothing when it is installed'],
    },
    C87: {
      fault: 'checksums compared as text',
      proven: ['parseCrc64', 'gives the checksum of the whole, wherever it is cut'],
    },
    C88: { fault: 'an answer that names another place to go to' },
  },
}
