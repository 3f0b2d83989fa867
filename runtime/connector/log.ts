/** Where a room says what operators should know. The text is redacted already. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}
