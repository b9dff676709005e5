import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { needs } from './needs.ts'

/** A file system of its own, mounted until the test ends. */
export interface Disk {
  readonly folder: string
  /** Mounts it anew with more options, such as `ro`. */
  remount(options: string): void
}

export interface CuttableDisk extends Disk {
  /** Like a power cut: from now on all is an input/output error, and what was not synced is lost. */
  cut(): void
  /** As when the machine is on again. */
  restore(): void
}

const ADVICE = 'It needs a superuser who may mount file systems'

/** A disk in memory. */
export function memoryDisk(test: TestContext, size: string): Disk {
  const folder = temporaryFolder()
  const options = `size=${size},mode=700`
  needs(test, ['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder], ADVICE)
  onTestFinished(() => run('umount', folder))
  return diskAt(folder)
}

/** An ext4 file system in a file, with the journal that makes ext4 what it is. */
export function cuttableDisk(test: TestContext): CuttableDisk {
  const image = join(temporaryFolder(), 'image')
  const folder = temporaryFolder()
  needs(test, ['mkfs.ext4', '-q', image, '16M'], 'On Debian: apt-get install e2fsprogs')
  needs(test, ['mount', '-o', 'loop', image, folder], ADVICE)
  onTestFinished(() => run('umount', folder))
  // What there is must not be what a power cut takes away.
  run('chmod', '700', folder)
  run('sync', '-f', folder)
  return {
    ...diskAt(folder),
    cut: () => run('perl', '-e', SHUTDOWN, folder),
    restore() {
      run('umount', folder)
      run('mount', '-o', 'loop', image, folder)
    },
  }
}

/** FS_IOC_SHUTDOWN without a flush of the log, as in ext4.h; Node has no ioctl, and every Debian has Perl. */
const SHUTDOWN =
  'open(F, "<", $ARGV[0]) or die $!; my $how = pack("L", 2); ioctl(F, 0x8004587d, $how) or die $!'

function diskAt(folder: string): Disk {
  return { folder, remount: (options) => run('mount', '-o', `remount,${options}`, folder) }
}

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: 'pipe' })
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'oss-multipart-disk-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
