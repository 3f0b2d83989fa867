/**
 * Seals the columns that hold business payloads (bank and tax data are in there): versions, bodies, linked
 * documents, remembered facts, webhook bodies, subscription secrets.
 */
export interface Vault {
  /** Text that may be stored. */
  seal(plain: string): string;
  /** The text that was sealed, with this key or an older one. Throws when no key fits. */
  open(sealed: string): string;
}

/** Keeps text as it is: for tests and tools that work on data without secrets. */
export const openVault: Vault = { seal: (plain) => plain, open: (sealed) => sealed };
