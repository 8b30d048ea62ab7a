import { Initials } from '../../components/Initials';
import { roomMessages } from './messages';
import { Video } from './Video';
import classes from './VideoTile.module.css';

/** How the others will see us. */
export function CameraPreview({ track, name }: { track: MediaStreamTrack | null; name: string }) {
  return (
    <div className={classes.tile}>
      {track ? (
        <Video track={track} label={roomMessages.lobby.preview} mirrored />
      ) : (
        <div className={classes.blank}>
          <Initials name={name} size={84} />
          <span>{roomMessages.lobby.cameraOff}</span>
        </div>
      )}
    </div>
  );
}
