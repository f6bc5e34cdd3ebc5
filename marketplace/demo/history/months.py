"""Walking through the days: what people do, what the outbox carries, what the daily round does."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from django.conf import settings
from django.db.models import Prefetch

from marketplace.accounts.models import StaffRole, User
from marketplace.companies.models import Supplier
from marketplace.core import clock, jobs, outbox
from marketplace.core.models import JobRun
from marketplace.demo.making import bulk, dice
from marketplace.fulfilment.actions.answer import accept_order, refuse_order
from marketplace.fulfilment.actions.receive import confirm_receipt
from marketplace.fulfilment.actions.ship import ship_order
from marketplace.orders.actions import cancel_own_order
from marketplace.orders.models import Order, OrderGroup, OrderLine
from payments.actions.daily import run_daily
from payments.actions.treasury import (
    confirm_bank_payout,
    open_supplier_account,
    pay_in_equity,
    receive_bank_transfer,
)
from payments.credit.actions import open_credit_line
from payments.models import Instalment, Invoice, PayoutItem, Rail, SupplierAccount

from . import plan
from .asking import ask_and_answer
from .people import Cast, buy

DONE = "demo.history"
# Older notices and mails nobody reads: inbox and mailbox hold the last weeks.
TOLD_DAYS = 21
Step = Callable[[], None]
_MORNING, _NIGHT = time(0, 40), time(22, 30)


def _selling(supplier: Supplier | None) -> Supplier:
    """The supplier of someone who sells; the demo's sellers all have one."""
    if supplier is None:
        raise TypeError("a seller without a supplier")
    return supplier


def live_through(seed: int, scale: plan.Scale | None = None) -> dict[str, int]:
    """Make the months up to now, once. Returns counts; raises RuntimeError where an earlier try broke off."""
    day = clock.today()
    if JobRun.objects.filter(job=DONE).exists():
        return {}
    if OrderGroup.objects.filter(submission_key__startswith="demo-").exists():
        raise RuntimeError("An earlier making of the months broke off; run again with --reset.")
    with bulk.hurried():
        months = Months(seed, day, scale or plan.Scale())
        months.live()
    jobs.run_once(DONE, day, lambda _: months.counts)
    return months.counts


class Months:
    """The state of the walk: a queue of steps by moment, and who acts."""

    def __init__(self, seed: int, last: date, scale: plan.Scale) -> None:
        self.seed, self.last, self.scale = seed, last, scale
        self.first = last - timedelta(days=scale.days - 1)
        self.now = clock.now()
        self.cast = Cast()
        self.queue: list[tuple[datetime, int, Step]] = []
        self.order = count()
        self.counts = {"orders": 0, "declined": 0, "shipments": 0, "payments": 0}
        self.seen_invoices = 0
        staff = {user.staff_role: user for user in User.objects.exclude(staff_role="")}
        self.finance, self.credit = staff[StaffRole.FINANCE], staff[StaffRole.CREDIT]

    def at(self, moment: datetime, step: Step) -> None:
        """Put a step into the queue, unless it lies ahead of the real now."""
        if moment <= self.now:
            heapq.heappush(self.queue, (moment, next(self.order), step))

    def moment(self, day: date, minute: int) -> datetime:
        """A minute of a working day counted from eight in the morning."""
        return datetime.combine(day, time(8), clock.BUSINESS_ZONE) + timedelta(minutes=minute)

    def _moment_of(self, day: int, minute: int) -> datetime:
        return self.moment(self.first + timedelta(days=day), minute)

    def live(self) -> None:
        """All days, from the opening of the credit lines to now."""
        with clock.at(self.moment(self.first - timedelta(days=1), 60)):
            self._open()
        for purchase in plan.purchases(self.seed, self.scale):
            day = self.first + timedelta(days=purchase.day)
            self.at(self.moment(day, purchase.minute), lambda p=purchase: self._buy(p))  # type: ignore[misc]
        ask_and_answer(self.seed, self.scale, self.cast, self.at, self._moment_of)
        day = self.first
        while day <= self.last:
            self._live_day(day)
            day += timedelta(days=1)

    def _open(self) -> None:
        """The owners' capital, the buyers' credit lines, the factories' bank accounts."""
        pay_in_equity(acting_user=self.finance, key="founding", amount=300_000_000, currency="CNY")
        for number, buyer in enumerate(self.cast.buyers):
            open_credit_line(
                acting_user=self.credit,
                buyer=buyer.company,
                currency="CNY",
                limit=plan.limit_of(self.seed, number),
                terms=("net-30", "net-60"),
                note="营业执照与流水已核 / licence and turnover checked",
                grade="B",
            )
        for number, seller in enumerate(self.cast.sellers):
            rng = dice.die(self.seed, "plan", number)
            early = number == plan.SHOWN_MAKER or rng.random() < 0.75
            open_supplier_account(
                acting_user=self.finance,
                supplier=_selling(seller.supplier),
                rail=Rail.BANK,
                plan=SupplierAccount.Plan.EARLY if early else SupplierAccount.Plan.WHEN_PAID,
                bank_account=dice.digits(rng, "6222 02## #### ####"),
            )

    def _live_day(self, day: date) -> None:
        morning = datetime.combine(day, _MORNING, clock.BUSINESS_ZONE)
        with clock.at(min(morning, self.now)):
            run_daily(until=day)
        self._confirm_payouts(day)
        night = min(datetime.combine(day, _NIGHT, clock.BUSINESS_ZONE), self.now)
        while self.queue and self.queue[0][0] <= night:
            moment, _, step = heapq.heappop(self.queue)
            with clock.at(moment):
                step()
        with clock.at(night):
            self._carry(day)
        self._plan_payments()

    def _carry(self, day: date) -> None:
        """Deliver the day's events; notices and mails only of the last weeks."""
        kept = settings.OUTBOX_SUBSCRIPTIONS
        if (self.last - day).days > TOLD_DAYS:
            settings.OUTBOX_SUBSCRIPTIONS = "marketplace.demo.history.quiet.TABLE"
        try:
            outbox.drain()
        finally:
            settings.OUTBOX_SUBSCRIPTIONS = kept

    def _confirm_payouts(self, day: date) -> None:
        """Finance confirms, the morning after, what the bank has sent; today's still wait."""
        if day.weekday() >= 5 or day == self.last:
            return
        with clock.at(self.moment(day, 95)):
            rows = PayoutItem.objects.filter(state=PayoutItem.State.SCHEDULED, rail=Rail.BANK).order_by("pk")
            for number, public_id in enumerate(rows.values_list("public_id", flat=True)):
                confirm_bank_payout(
                    acting_user=self.finance,
                    item_public_id=public_id,
                    reference=f"ICBC{day:%Y%m%d}{number:04d}",
                )

    def _buy(self, purchase: plan.Purchase) -> None:
        group = buy(self.cast, purchase, f"demo-{self.seed}-{purchase.number}")
        if group is None:
            self.counts["declined"] += 1
            return
        fresh = (self.last - clock.today()).days <= 1
        for order in group.orders.order_by("pk").prefetch_related("lines"):
            self.counts["orders"] += 1
            lead = max((int(line.snapshot.get("lead_days", 3)) for line in order.lines.all()), default=3)
            key = f"{purchase.number}-{order.supplier_id}"
            conduct = plan.conduct(self.seed, key, lead, fresh=fresh and purchase.number % 2 == 0)
            answer = clock.now() + timedelta(hours=conduct.answer_hours)
            self.at(answer, lambda o=order.pk, c=conduct, k=key: self._answer(o, c, k))  # type: ignore[misc]

    def _answer(self, order_id: int, conduct: plan.Conduct, key: str) -> None:
        order = Order.objects.get(pk=order_id)
        seller, buyer = self.cast.seller_of[order.supplier_id], self.cast.buyer_of[order.buyer_id]
        if conduct.answer == "cancel":
            cancel_own_order(
                acting_user=buyer.user, acting=buyer, order_public_id=order.public_id, reason="下错了颜色"
            )
        elif conduct.answer == "refuse":
            refuse_order(
                acting_user=seller.user,
                acting=seller,
                order_public_id=order.public_id,
                reason="这批纱线断货,两周后才到",
            )
        elif conduct.answer == "accept":
            accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id)
            shipping = clock.now() + timedelta(days=conduct.ship_days, hours=2)
            self.at(shipping, lambda: self._ship(order_id, conduct, key, part=1))

    def _ship(self, order_id: int, conduct: plan.Conduct, key: str, *, part: int) -> None:
        order = Order.objects.get(pk=order_id)
        seller = self.cast.seller_of[order.supplier_id]
        lines = OrderLine.objects.filter(order=order).order_by("position")
        halved = conduct.in_parts and part == 1
        going = {
            line.position: max(1, line.outstanding // 2) if halved else line.outstanding
            for line in lines
            if line.outstanding
        }
        rng = dice.die(self.seed, "shipment", key, part)
        ship_order(
            acting_user=seller.user,
            acting=seller,
            order_public_id=order.public_id,
            quantities=going,
            carrier=conduct.carrier,
            tracking=dice.digits(rng, "SF##############"),
            cartons=rng.randint(1, 9),
            submission_key=f"demo-{key}-{part}",
        )
        self.counts["shipments"] += 1
        if halved:
            self.at(clock.now() + timedelta(days=3), lambda: self._ship(order_id, conduct, key, part=2))
        elif conduct.receipt_days:
            self.at(clock.now() + timedelta(days=conduct.receipt_days), lambda: self._receive(order_id))

    def _receive(self, order_id: int) -> None:
        order = Order.objects.get(pk=order_id)
        buyer = self.cast.buyer_of[order.buyer_id]
        confirm_receipt(acting_user=buyer.user, acting=buyer, order_public_id=order.public_id)

    def _plan_payments(self) -> None:
        """Look at the day's new invoices and decide when each will be paid."""
        rows = Invoice.objects.filter(pk__gt=self.seen_invoices).order_by("pk")
        for invoice in rows.prefetch_related(Prefetch("instalments", Instalment.objects.order_by("due_on"))):
            self.seen_invoices = invoice.pk
            number = self.cast.number_of[invoice.buyer_id]
            rng = dice.die(self.seed, "payment", number, invoice.number)
            delay = plan.pay_delay(rng, plan.habit_of(self.seed, number))
            if delay is None:
                continue
            due = max(row.due_on for row in invoice.instalments.all())
            when = max(due + timedelta(days=delay), invoice.issued_on + timedelta(days=2))
            minute = rng.randint(30, 500)
            if rng.random() < 0.15:  # a part a week ahead, the rest in time
                early = max(when - timedelta(days=7), invoice.issued_on + timedelta(days=1))
                self.at(self.moment(early, minute), lambda i=invoice.pk: self._pay(i, part=True))  # type: ignore[misc]
            self.at(self.moment(when, minute), lambda i=invoice.pk: self._pay(i))  # type: ignore[misc]

    def _pay(self, invoice_id: int, *, part: bool = False) -> None:
        """A bank transfer towards one invoice, with what it has grown by."""
        invoice = Invoice.objects.get(pk=invoice_id)
        rows = list(Instalment.objects.filter(invoice=invoice))
        owed = sum(row.outstanding + row.fees_outstanding for row in rows)
        if invoice.state != Invoice.State.ISSUED or owed <= 0:
            return
        amount = max(1, owed * 2 // 5) if part else owed
        buyer = self.cast.buyer_of[invoice.buyer_id]
        receive_bank_transfer(
            acting_user=self.finance,
            buyer=buyer.company,
            currency=invoice.currency,
            amount=amount,
            reference=f"TR{clock.today():%Y%m%d}-{invoice.number}"[:58],
            invoices=[invoice],
        )
        self.counts["payments"] += 1
        if not part:  # fees that grew until the transfer came in are paid the day after
            self.at(clock.now() + timedelta(days=1), lambda: self._pay(invoice_id))
