import countries from 'i18n-iso-countries';
import english from 'i18n-iso-countries/langs/en.json';

countries.registerLocale(english);

/**
 * The ISO 3166 alpha-2 code of the first given text that is not blank: an alpha-2, alpha-3 or numeric code, or an
 * English name. Undefined when that text is no country. `whenBlank` is the answer only when nothing is given.
 */
export function countryCode(given: readonly (string | undefined)[], whenBlank?: string): string | undefined {
  const text = given.map((candidate) => candidate?.trim() ?? '').find((candidate) => candidate !== '');
  if (text === undefined) return whenBlank;
  const upper = text.toUpperCase();
  if (countries.isValid(upper)) return upper.length === 2 ? upper : countries.toAlpha2(upper);
  return countries.getAlpha2Code(text, 'en');
}
