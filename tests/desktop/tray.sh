# Drives the tray's menu through D-Bus, as a panel does: $PROGRAM runs without a window.
# Says what the menu says at each stop; the test reads it.

"$PROGRAM" --hidden &
pid=$!

bus() { gdbus call --session --timeout 5 -d org.freedesktop.DBus -o /org/freedesktop/DBus -m "org.freedesktop.DBus.$@"; }

# The menu is on one of the program's own connections.
look() {
  gdbus call --session --timeout 2 -d "$1" -o /org/ayatana/NotificationItem/tray_icon_tray_app_foxbridge/Menu \
    -m com.canonical.dbusmenu.GetLayout -- 0 -1 '[]' 2>/dev/null
}
find_menu() {
  for name in $(bus ListNames | tr -d "[]()',"); do
    case $name in :*) ;; *) continue ;; esac
    owner=$(bus GetConnectionUnixProcessID "'$name'" 2>/dev/null | sed 's/.*uint32 \([0-9]*\).*/\1/')
    if [ "$owner" = "$pid" ] && [ -n "$(look "$name")" ]; then
      menu=$name
      return 0
    fi
  done
  return 1
}
# Waits until a command succeeds: a menu follows the program, not the clock.
soon() {
  tries=200
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "never: $*; the menu says $(look "$menu")"; kill -KILL $pid; exit 97; }
    sleep 0.1
  done
}
says() { look "$menu" | grep -qF "'label': <'$1'>"; }
says_not() { ! says "$1"; }
# The dots behind it depend on the locale.
syncing() { look "$menu" | grep -qF "'label': <'Syncing Sample data"; }
click() {
  id=$(look "$menu" | sed "s/.*<(\([0-9]*\), {[^}]*'label': <'$1'>.*/\1/")
  gdbus call --session -d "$menu" -o /org/ayatana/NotificationItem/tray_icon_tray_app_foxbridge/Menu \
    -m com.canonical.dbusmenu.Event "$id" clicked "<''>" 0 >/dev/null
}

soon find_menu
echo "before: $(look "$menu")"
soon says "Pause"
click "For an hour"
soon says "Paused for a while"
echo "paused: yes"
click "Resume"
soon says_not "Paused for a while"
echo "resumed: yes"
click "Sync now"
soon syncing
echo "syncing: yes"
click "Quit Foxbridge"
wait $pid
echo "quit: $?"
