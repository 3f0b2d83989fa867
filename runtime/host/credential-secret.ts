import type { DataFolder } from './data-folder';
import type { HostEnvironment } from './environment';

const FILE = 'credential-secret';

/**
 * The key under which credentials and sensitive columns rest. Outside production one is made into the data
 * folder: good enough to try the product, and said so, because whoever copies the folder copies the key.
 */
export function credentialSecret(
  environment: Pick<HostEnvironment, 'credentialSecret'>,
  folder: DataFolder,
  warn: (text: string) => void,
): string {
  if (environment.credentialSecret) return environment.credentialSecret;
  const { text, made } = folder.randomText(FILE);
  if (made) {
    warn(
      `ML_CREDENTIAL_SECRET is not set: a key was made in ${folder.file(FILE)}. Set it before production, and keep it apart from the data.`,
    );
  }
  return text;
}
