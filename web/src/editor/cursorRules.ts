import type { Participant } from '../protocol/Participant';

/** The style of one person's cursor and selection, as y-monaco names their elements. */
export function cursorRules(
  client: number,
  person: Pick<Participant, 'name' | 'color'>,
  named: boolean,
): string {
  const color = CSS.supports('color', person.color) ? person.color : 'gray';
  const head = `.yRemoteSelectionHead-${client}`;
  return `
    .yRemoteSelection-${client} {
      background: color-mix(in srgb, ${color} 28%, transparent);
    }
    ${head} {
      position: absolute;
      box-sizing: border-box;
      height: 100%;
      border-left: 2px solid ${color};
      z-index: 5;
    }
    ${head}::after {
      content: ${cssString(person.name)};
      position: absolute;
      left: -2px;
      bottom: 100%;
      padding: 0 5px;
      border-radius: 4px 4px 4px 0;
      background: ${color};
      color: #fff;
      font: 500 11px/16px 'Inter Variable', system-ui, sans-serif;
      text-shadow: 0 0 2px rgb(0 0 0 / 45%);
      white-space: nowrap;
      pointer-events: none;
      opacity: ${named ? 1 : 0};
      transition: opacity 150ms;
    }
    ${head}:hover::after {
      opacity: 1;
    }`;
}

/** A text as a CSS string, whatever is in it (CSS Syntax §4.3.7). */
export function cssString(text: string): string {
  const escaped = Array.from(text, (character) =>
    /[\p{L}\p{N} ]/u.test(character) ? character : `\\${character.codePointAt(0)?.toString(16)} `,
  );
  return `"${escaped.join('')}"`;
}
