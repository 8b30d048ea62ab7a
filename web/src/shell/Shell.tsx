import { Burger, Group, Menu } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { Suspense, useEffect } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import type { Account } from '../api/session';
import { AccountMenu } from './AccountMenu';
import { AppearanceMenu } from './AppearanceMenu';
import { Brand } from './Brand';
import { ErrorBoundary } from './ErrorBoundary';
import { Loading } from './Loading';
import { shellMessages as text } from './messages';
import { destinations, leadsTo } from './navigation';
import classes from './Shell.module.css';

/** The frame of every page that accounts work in. */
export function Shell({ account }: { account: Account }) {
  const { pathname } = useLocation();
  const network = useNetwork();
  const links = destinations(account.role);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another page starts at its top.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);

  return (
    <>
      <a href="#content" className={classes.skip}>
        {text.skip}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand}>
            <Brand />
          </Link>
          <nav aria-label={text.navigation} className={classes.links}>
            {links.map((link) => (
              <NavLink
                key={link.to}
                to={link.to}
                className={classes.link}
                data-active={leadsTo(link, pathname) || undefined}
              >
                {link.label}
              </NavLink>
            ))}
          </nav>
          <Group gap="xs" wrap="nowrap" ml="auto">
            <AppearanceMenu />
            <AccountMenu account={account} />
            <Menu position="bottom-end" width={200}>
              <Menu.Target>
                <Burger size="sm" aria-label={text.menu} hiddenFrom="sm" />
              </Menu.Target>
              <Menu.Dropdown>
                {links.map((link) => (
                  <Menu.Item
                    key={link.to}
                    component={Link}
                    to={link.to}
                    fw={leadsTo(link, pathname) ? 600 : 400}
                  >
                    {link.label}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </Group>
        </div>
      </header>
      {network.online ? null : (
        <div role="status" className={classes.offline}>
          {text.offline}
        </div>
      )}
      <main id="content" tabIndex={-1} className={classes.content}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Loading />}>
            <Outlet context={account} />
          </Suspense>
        </ErrorBoundary>
      </main>
    </>
  );
}
