import { Anchor, Badge, Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import type { Timeline } from "../../protocol/Timeline";
import { activityOf, chatAt, markersOf, runsAt, tell } from "../../replay/story";
import { Controls } from "./Controls";
import { ChatLog, RunLog } from "./Logs";
import { messages } from "./messages";
import { ReplayEditor } from "./ReplayEditor";
import classes from "./ReplayPage.module.css";
import { Scrubber } from "./Scrubber";
import { Stage } from "./Stage";
import { useReplayClock } from "./useReplayClock";
import { useReplayDocument } from "./useReplayDocument";
import { useShortcuts } from "./useShortcuts";

/** How finely the scrubber shows when there was typing. */
const ACTIVITY_PARTS = 160;

/** A recorded interview, everything in step. */
export default function ReplayPage() {
  return null;
}
