/* Whether frames may be sent: on a veth or loopback interface of a network namespace that is not the machine's own. */
#ifndef ISOLATION_H
#define ISOLATION_H

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why not, in one sentence; NULL if they may. */
static const char *isolation_refusal(const char *interface)
{
    struct stat here, first;
    /* The kernel's first network namespace alone has this setting; a container's own is that of its first process. */
    int own = access("/proc/sys/net/core/netdev_budget", F_OK) == 0;
    if (stat("/proc/self/ns/net", &here) != 0)
        return "the network namespace cannot be seen: /proc has to be mounted";
    if (stat("/proc/1/ns/net", &first) == 0)
        own = own || (here.st_ino == first.st_ino && here.st_dev == first.st_dev);
    if (own)
        return "this is the machine's own network namespace: frames are sent only within one made for it";
    struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
    struct ifreq request;
    memset(&request, 0, sizeof request);
    strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    int asked = socket(AF_INET, SOCK_DGRAM, 0);
    int found = ioctl(asked, SIOCGIFFLAGS, &request);
    int loopback = found == 0 && request.ifr_flags & IFF_LOOPBACK;
    request.ifr_data = (char *)&driver;
    int veth = found == 0 && ioctl(asked, SIOCETHTOOL, &request) == 0 && strcmp(driver.driver, "veth") == 0;
    close(asked);
    if (found != 0)
        return "there is no such interface in this network namespace";
    return loopback || veth ? NULL : "the interface is neither veth nor loopback: a wire could be behind it";
}

#endif
