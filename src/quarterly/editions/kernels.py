"""Kernels that start quickly: `quarterly.editions.fork_server` forks them.

Jupyter finds the provisioner by its entry point `jupyter_client.kernel_provisioners`. Where forking is not safe
(Windows, macOS), ordinary kernels are used.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import time
from pathlib import Path
from subprocess import Popen
from typing import Any, cast

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from quarterly.editions.fork_server import FIXED, can_fork, start_fork_server

PROVISIONER = "quarterly-forked"
#: The module that is started as a kernel.
KERNEL = "quarterly.editions.kernel_app"


class KernelDiedAtStart(Exception):
    """A kernel died before it answered for the first time."""


class ForkedProvisioner(LocalProvisioner):
    """Launch a kernel by forking it from the process that has imported and opened everything."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel; its arguments are the words of the command after the name of the kernel's module."""
        arguments = cmd[cmd.index(KERNEL) + 1 :]
        folder, environment = kwargs.get("cwd") or str(Path.cwd()), kwargs.get("env") or dict(os.environ)
        try:
            kernel = start_fork_server().fork(arguments, folder, environment)
        except (OSError, EOFError) as error:
            raise KernelDiedAtStart from error
        self.process = cast("Popen[Any]", kernel)
        self.pid, self.pgid, self.ip = kernel.pid, kernel.pid, None
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel to end; Jupyter's own method polls only ten times a second."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return self.process.wait() if self.process else 0


class PromptKernelClient(AsyncKernelClient):
    """Jupyter's client, without its wait of a fifth of a second for stray messages before the first cell.

    The client that executes a cell reads only that cell's messages, so stray ones do no harm.
    """

    async def _until_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or float("inf"))
        while True:
            self.kernel_info()
            with contextlib.suppress(queue.Empty):
                reply = await self.shell_channel.get_msg(timeout=1)
                # The kernel's published messages must be arriving too, or outputs could be lost.
                await self.iopub_channel.get_msg(timeout=0.2)
                self._handle_kernel_info_reply(reply)
                return
            if not await self._async_is_alive() or time.monotonic() > until:
                raise KernelDiedAtStart

    wait_for_ready = _until_ready

    def connect_iopub(self, identity: bytes | None = None) -> zmq.Socket[bytes]:
        """Connect to the kernel's published messages, and keep all of them until read, not only a thousand."""
        self.context.setsockopt(zmq.RCVHWM, 0)
        return super().connect_iopub(identity)


class KernelManager(AsyncKernelManager):
    """Jupyter's kernel manager, with the client that waits less, and forked kernels where they are safe."""

    client_factory = PromptKernelClient

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernel's specification, changed to launch the kernel that loses no output."""
        spec = super().kernel_spec
        if spec is not None:
            spec.argv = [KERNEL if word == "ipykernel_launcher" else word for word in spec.argv]
            spec.env |= FIXED
            if can_fork():
                spec.metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER}
        return spec
