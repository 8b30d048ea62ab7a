import { useState } from 'react';
import { useOutletContext, useParams } from 'react-router';
import { useInterview } from '../../api/interviews';
import type { Phase } from '../../connection/roomState';
import type { Interview } from '../../protocol/Interview';
import type { Me } from '../../protocol/Me';
import { FailureNotice } from '../../shell/FailureNotice';
import { Loading } from '../../shell/Loading';
import { EnteredRoom } from './EnteredRoom';
import { obstacleIn } from './entry';
import { Lobby } from './Lobby';
import { OutsideNotice } from './OutsideNotice';
import { forget, recall, remember } from './remembered';
import { useOwnMedia } from './useOwnMedia';

export default function RoomPage() {
  const { interviewId = '' } = useParams();
  const me = useOutletContext<Me>();
  const interview = useInterview(interviewId);
  if (interview.data) {
    return <RoomDoor key={interviewId} interview={interview.data} me={me} />;
  }
  if (interview.isError) {
    return <FailureNotice failure={interview.error} retry={() => void interview.refetch()} />;
  }
  return <Loading height="100dvh" />;
}

type Stage =
  | { at: 'lobby' }
  | { at: 'room'; consent: boolean }
  | { at: 'outside'; why: Phase | 'left' };

/** Where this person stands: before the door, in the room, or outside again. */
function RoomDoor({ interview, me }: { interview: Interview; me: Me }) {
  const { id } = interview;
  const [stage, setStage] = useState<Stage>(() => {
    const before = recall(id);
    return before ? { at: 'room', consent: before.consent } : { at: 'lobby' };
  });
  const obstacle = obstacleIn(interview);
  const outside = stage.at === 'outside' ? stage.why : stage.at === 'lobby' ? obstacle : null;
  const local = useOwnMedia(id, outside === null);

  if (outside) {
    return (
      <OutsideNotice
        why={outside}
        interview={interview}
        guest={me.kind === 'guest'}
        onReturn={() => setStage({ at: 'lobby' })}
        onTakeBack={() => setStage({ at: 'room', consent: recall(id)?.consent ?? false })}
      />
    );
  }
  if (stage.at === 'lobby') {
    const enter = (consent: boolean) => {
      remember(id, { consent, choices: local.choices() });
      setStage({ at: 'room', consent });
    };
    return <Lobby interview={interview} name={me.name} local={local} onEnter={enter} />;
  }
  const { consent } = { consent: false, ...stage };
  return (
    <EnteredRoom
      interview={interview}
      consent={consent}
      local={local}
      onOutside={(why) => {
        // Taking the room back from another window needs the consent given before.
        if (why === 'left' || why.kind !== 'replaced') forget(id);
        setStage({ at: 'outside', why });
      }}
    />
  );
}
