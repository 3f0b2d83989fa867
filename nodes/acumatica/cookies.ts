/**
 * The `Cookie` header that replays what a sign-in set: every cookie that has a value, the last one of a name.
 * @param header all `Set-Cookie` headers joined by commas; dates in them hold commas too
 */
export function cookiesOf(header: string | undefined): string {
  const cookies = new Map<string, string>();
  for (const each of (header ?? '').split(/,(?=\s*[^\s;,=]+=)/)) {
    const [pair = '', ...attributes] = each.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    if (at <= 0) continue;
    const name = pair.slice(0, at);
    const value = pair.slice(at + 1);
    const isRemoval = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
    if (isRemoval) cookies.delete(name);
    else cookies.set(name, value);
  }
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
