import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../connector/errors';

const OWNER_ONLY = 0o600;

/**
 * The folder that holds everything this runtime keeps outside the database.
 * @throws ConfigurationError when the folder cannot be made or written
 */
export class DataFolder {
  constructor(readonly path: string) {
    guarded(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string | undefined {
    try {
      return readFileSync(this.file(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes a file that only the owner may read: whole, or not at all when the disk is full. */
  write(name: string, text: string): void {
    const file = this.file(name);
    const draft = `${file}.${randomBytes(4).toString('hex')}`;
    guarded(file, () => {
      writeOrRemove(draft, text);
      renameSync(draft, file);
    });
  }

  /** Reads the random text kept under this name; makes it at the first call, also when two processes race. */
  randomText(name: string): { readonly text: string; readonly made: boolean } {
    const known = this.read(name);
    if (known) return { text: known, made: false };
    const text = randomBytes(32).toString('base64url');
    try {
      guarded(this.file(name), () => writeOrRemove(this.file(name), text));
      return { text, made: true };
    } catch (error) {
      const others = this.read(name);
      if (others) return { text: others, made: false };
      throw error;
    }
  }
}

/** A full disk takes the name of a new file and nothing of its content: half a key must not be found by the next start. */
function writeOrRemove(file: string, text: string): void {
  const handle = openSync(file, 'wx', OWNER_ONLY);
  try {
    writeFileSync(handle, text);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

function guarded(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigurationError(
      'DATA_FOLDER_UNUSABLE',
      `Cannot write ${path}: ${code ?? String(error)}.`,
      'data folder (ML_DATA_DIR, --data)',
      'Choose a folder that this user may write.',
    );
  }
}
