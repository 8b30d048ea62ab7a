import {
  Badge,
  Button,
  Card,
  createTheme,
  InputWrapper,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  PasswordInput,
  SegmentedControl,
  Table,
  Tooltip,
} from '@mantine/core';

const tide: MantineColorsTuple = [
  '#eaf6fa',
  '#d3ebf3',
  '#a6d6e6',
  '#74bfd8',
  '#4aa9c9',
  '#2b93b7',
  '#127a9c',
  '#0d6783',
  '#0b546b',
  '#093f50',
];

const stone: MantineColorsTuple = [
  '#d6d9de',
  '#b9bec6',
  '#9aa1ac',
  '#767e8b',
  '#4b525e',
  '#343a44',
  '#262b33',
  '#1a1e24',
  '#13161b',
  '#0d0f13',
];

/** How the components look; colours that depend on the scheme are variables in `theme.css`. */
export const theme = createTheme({
  colors: { tide, dark: stone },
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  black: '#14181f',
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      vars: (_theme, props) => ({
        root:
          props.color === undefined && (props.variant ?? 'filled') === 'filled'
            ? {
                '--button-bg': 'var(--ph-ink)',
                '--button-hover': 'var(--ph-ink-hover)',
                '--button-color': 'var(--ph-ink-contrast)',
              }
            : {},
      }),
      styles: { label: { fontWeight: 500 } },
    }),
    PasswordInput: PasswordInput.extend({
      defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show the password' } },
    }),
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'xl', size: 'md' },
      styles: { root: { textTransform: 'none', fontWeight: 500, letterSpacing: 0 } },
    }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'lg', padding: 'lg' } }),
    InputWrapper: InputWrapper.extend({ styles: { label: { marginBottom: 4 } } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', radius: 'md' } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.4, blur: 2 },
      },
      styles: { title: { fontWeight: 600, fontSize: '1rem' } },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' } },
    }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { radius: 'md' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false, radius: 'sm' } }),
  },
});
