import type { Awareness } from 'y-protocols/awareness';
import type { Participant } from '../protocol/Participant';
import { cursorRules } from './cursorRules';

/** How long a name stays beside a cursor that has moved. */
const NAME_MS = 2_500;

/** Styles of the others' cursors: their colours, and their names while they move. */
export class RemoteCursors {
  private readonly sheet = new CSSStyleSheet();
  private readonly moving = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly seen = new Map<number, string>();
  private participants: readonly Participant[] = [];

  constructor(private readonly awareness: Awareness) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    awareness.on('change', this.changed);
    this.changed();
  }

  setParticipants(participants: readonly Participant[]): void {
    this.participants = participants;
    this.draw();
  }

  destroy(): void {
    this.awareness.off('change', this.changed);
    for (const timer of this.moving.values()) clearTimeout(timer);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(
      (sheet) => sheet !== this.sheet,
    );
  }

  private readonly changed = () => {
    const states = this.awareness.getStates();
    for (const client of this.seen.keys()) if (!states.has(client)) this.seen.delete(client);
    for (const [client, state] of states) {
      const selection = JSON.stringify(state.selection ?? null);
      if (client === this.awareness.clientID || this.seen.get(client) === selection) continue;
      this.seen.set(client, selection);
      clearTimeout(this.moving.get(client));
      this.moving.set(
        client,
        setTimeout(() => {
          this.moving.delete(client);
          this.draw();
        }, NAME_MS),
      );
    }
    this.draw();
  };

  private draw() {
    const rules = [...this.awareness.getStates()].flatMap(([client, state]) => {
      const person = this.participants.find(({ id }) => id === state.user?.participantId);
      return client === this.awareness.clientID || !person
        ? []
        : [cursorRules(client, person, this.moving.has(client))];
    });
    this.sheet.replaceSync(rules.join('\n'));
  }
}
