/** A login made from a name, as a proposal: "Anneke van den Bergh" becomes `anneke.van.den.bergh`. */
export function loginOf(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '.')
    .replaceAll(/^\.+|\.+$/g, '')
    .slice(0, 100)
}
