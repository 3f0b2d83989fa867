/** Anything JSON can say. Decimal amounts are text in here, never numbers (see `parseLossless`). */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}
