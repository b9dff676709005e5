import type { Reason } from '../uploads/failure.ts'
import type { Phase } from '../uploads/state.ts'

/** Many or one. */
const files = (count: number) => (count === 1 ? '1 file' : `${count.toLocaleString('en')} files`)

const failures: Record<Reason, { title: string; advice: string }> = {
  network: {
    title: 'The bucket cannot be reached',
    advice:
      'Either there is no network, the endpoint is wrong, or the bucket has no CORS rule for this page. Check the bucket to find out which, then try again.',
  },
  timeout: {
    title: 'The bucket did not answer in time',
    advice: 'Try again. It goes on from where it stopped.',
  },
  credentials: {
    title: 'There are no valid keys for the bucket',
    advice: 'Sign in again, or check the address that gives out keys in the settings.',
  },
  keys: {
    title: 'The bucket does not accept these keys',
    advice: 'Check the access key and the region in the settings.',
  },
  denied: {
    title: 'You are not allowed to upload here',
    advice: 'Ask whoever owns the bucket for the right to write under this name.',
  },
  noBucket: {
    title: 'There is no such bucket',
    advice: 'Check the name of the bucket and its region in the settings.',
  },
  region: {
    title: 'The bucket is in another region',
    advice: 'Correct the region or the endpoint in the settings.',
  },
  changed: {
    title: 'The file changed while it was being uploaded',
    advice: 'Wait until nothing writes to it any more, then try again.',
  },
  unreadable: {
    title: 'The file cannot be read any more',
    advice: 'It was moved, deleted or renamed, or this page may not read it. Choose it again.',
  },
  busy: {
    title: 'Another tab is uploading this file',
    advice: 'Leave it to that tab, or close it and try again.',
  },
  corrupted: {
    title: 'The bytes that arrived are not the bytes of the file',
    advice: 'Try again. If it happens again, a proxy or a virus scanner is changing the data.',
  },
  hidden: {
    title: 'The bucket hides what the page has to see',
    advice: 'Its CORS rule must expose ETag. Check the bucket to see the rule that it needs.',
  },
  aborted: {
    title: 'Somebody dropped this upload at the bucket',
    advice: 'Try again. It starts from the beginning.',
  },
  signing: {
    title: 'The server did not sign the request',
    advice: 'Sign in again, or check the signing address in the settings.',
  },
  settings: {
    title: 'The settings cannot be right',
    advice: 'Open the settings and correct what the details below name.',
  },
  overloaded: {
    title: 'The bucket is overloaded',
    advice: 'Wait a moment and try again. It goes on from where it stopped.',
  },
  other: {
    title: 'The upload failed',
    advice: 'Try again. If it fails again, the request ID below helps whoever looks into it.',
  },
}

const phases: Record<Phase, string> = {
  waiting: 'Waiting',
  uploading: 'Uploading',
  completing: 'Checking what arrived',
  pausing: 'Pausing',
  paused: 'Paused',
  failed: 'Failed',
  cancelling: 'Cancelling',
  done: 'Uploaded and verified',
}

export const en = {
  title: 'Upload',
  /** Where CORS hides the checksum from the page. */
  unverified: 'Uploaded',
  language: '中文',
  languageLabel: '切换到中文',
  settings: 'Settings',
  target: (bucket: string) => `to ${bucket}`,
  noTarget: 'No bucket yet',
  offline: 'You are offline. Uploads go on by themselves when the connection is back.',
  warning: (what: string) => `Uploads work, but: ${what}`,
  drop: {
    invite: 'Drop files or folders here',
    pick: 'Choose files',
    more: 'Drop more files anywhere, or',
    release: 'Drop to upload',
    promise:
      'Any size. If the connection breaks or the tab closes, the upload goes on from where it stopped.',
    known: (count: number) =>
      count === 1
        ? 'That file is in the list already.'
        : `${files(count)} are in the list already.`,
    nothing: 'There was no file in what was dropped.',
    setUp: 'Choose a bucket first',
    elsewhere: (count: number) =>
      `${files(count)} that had begun ${count === 1 ? 'stays' : 'stay'} in the bucket of before.`,
  },
  list: 'Files',
  phases,
  left: (time: string) => `${time} left`,
  speed: (size: string) => `${size}/s`,
  of: (sent: string, size: string) => `${sent} of ${size}`,
  parts: {
    label: (text: string) => `Map of the parts: ${text}`,
    arrived: (arrived: number, all: number) =>
      `${arrived.toLocaleString('en')} of ${all.toLocaleString('en')} ${all === 1 ? 'part' : 'parts'}`,
    sending: (count: number) => `${count} in flight`,
    held: (count: number) => `${count.toLocaleString('en')} already there`,
    again: (count: number) => `${count} being sent again`,
    repaired: (count: number) => `${count} sent again`,
    failed: (count: number) => `${count} failed`,
  },
  speedChart: (now: string) => `Speed over the last 30 seconds, now ${now}`,
  pause: 'Pause',
  resume: 'Resume',
  retry: 'Try again',
  cancel: 'Cancel',
  remove: 'Remove from the list',
  /** Of a button, for screen readers. */
  named: (action: string, name: string) => `${action}: ${name}`,
  totals: {
    summary: (done: number, all: number) => `${done} of ${files(all)} done`,
    failed: (count: number) => `${count} failed`,
    pauseAll: 'Pause all',
    resumeAll: 'Resume all',
    retryFailed: 'Retry failed',
    clearDone: 'Clear finished',
  },
  unfinished: {
    title: 'Not finished yet',
    explanation: 'These were interrupted. What has arrived is still there.',
    begun: (date: string) => `begun ${date}`,
    goOn: 'Continue',
    pick: 'Choose the file again',
    discard: 'Discard',
    wrong: (picked: string, wanted: string) =>
      `“${picked}” is not the file that was interrupted: choose “${wanted}”, of the same size.`,
    notAllowed: (name: string) =>
      `The page may not read “${name}”. Allow it, or choose the file again.`,
  },
  result: {
    bucket: 'Bucket',
    etag: 'ETag',
    crc64: 'CRC-64',
    type: 'Type',
    size: 'Size',
    name: 'Object',
    modified: 'Stored',
    requestId: 'Request ID',
    download: 'Download',
    details: 'Details',
    bytes: (count: string) => `${count} bytes`,
  },
  failures,
  /** Of a bucket that was checked. The rule or the right that is missing is named after them. */
  remedies: {
    network: 'See whether the endpoint can be reached. If it can, this CORS rule is missing:',
    hidden: 'Not visible to the page. Set this CORS rule for the bucket:',
    denied: 'Give this right to the keys:',
    clock: 'Set the clock of this device. Uploads work all the same.',
  },
  failure: {
    requestId: 'Request ID',
    copy: 'Copy',
    copied: 'Copied',
    details: 'Details',
    check: 'Check the bucket',
  },
  settingsForm: {
    title: 'Where files go',
    bucket: 'Bucket',
    region: 'Region',
    endpoint: 'Endpoint',
    endpointHint: 'Leave it empty to use that of the region.',
    prefix: 'Folder in the bucket',
    prefixHint: 'Such as users/17/. It is put before the name of each file.',
    access: 'How requests are signed',
    sts: 'Temporary keys from an address (STS)',
    sign: 'A server signs each request',
    keys: 'Keys typed in, for this visit only',
    stsUrl: 'Address that gives out keys',
    stsHint: 'It answers GET with accessKeyId, accessKeySecret, stsToken and expiration.',
    signUrl: 'Address that signs requests',
    signHint: 'No key reaches this page.',
    accessKeyId: 'Access key ID',
    accessKeySecret: 'Access key secret',
    stsToken: 'Security token, if there is one',
    keysHint: 'Keys are never stored: they are gone when you reload.',
    save: 'Save',
    close: 'Close',
    reset: 'Back to the defaults',
    check: 'Check the bucket',
    checking: 'Checking …',
    good: 'Everything that an upload needs is allowed.',
    bad: 'Something is in the way of uploads:',
    tried: (count: number) => `${count} things are as they should be`,
    /** What was looked at, as the library names it. */
    what: (what: string) => what,
    ok: 'Fine',
    notOk: 'Wrong',
    noBucket: 'Give the name of the bucket.',
  },
  say: {
    added: (count: number) => `${files(count)} added`,
    done: (name: string) => `${name} is uploaded`,
    doneMany: (count: number) => `${files(count)} are uploaded`,
    failed: (name: string, why: string) => `${name} failed: ${why}`,
    paused: (name: string) => `${name} is paused`,
    pausedMany: (count: number) => `${files(count)} are paused`,
    cancelled: (name: string) => `${name} is cancelled`,
    notDropped: (name: string) => `What the bucket has of ${name} could not be dropped`,
    online: 'You are online again.',
  },
}
