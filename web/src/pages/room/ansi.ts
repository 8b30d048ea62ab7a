// Escape sequences of terminals (ECMA-48): control sequences, operating system commands, and the
// short ones. What they would do, colours mostly, is left out.
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The text a terminal would show, without its colours. */
export function plainText(output: string): string {
  return output
    .replace(SEQUENCE, '')
    .replace(/\r\n/g, '\n')
    .replace(/[^\n]*\r(?=[^\n])/g, '');
}
