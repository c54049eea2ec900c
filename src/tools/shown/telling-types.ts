/** What nearly every paper is, and who paid: no reader weighs a paper by these. */
const SAYS_LITTLE = /^(?:Journal Article|Research Support,.*)$/;

/** Empty where no type tells anything. */
export function listTellingTypes(types: readonly string[]): string {
  return types.filter((type) => !SAYS_LITTLE.test(type)).join(', ');
}
