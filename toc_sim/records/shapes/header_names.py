"""What columns are called in files of all kinds, in English and Russian."""

from __future__ import annotations

import re
from collections.abc import Mapping

from toc_sim.records.records_file import WantedKind

KIND_OF: Mapping[str, WantedKind] = {
    "case": "words",
    "activity": "words",
    "time": "moments",
    "start": "moments",
    "requested": "moments",
    "resource": "words",
    "lifecycle": "words",
    "instance": "words",
    "created": "moments",
    "engaged": "moments",
    "closed": "moments",
    "won_date": "moments",
    "amount": "numbers",
    "owner": "words",
    "stage": "words",
    "product": "words",
    "segment": "words",
    "status_from": "words",
    "status_to": "words",
    "changed": "moments",
    "field": "words",
    "customer": "words",
    "date": "moments",
    "items": "numbers",
}
"""By role, what a column must hold to have it."""

HEADER_NAMES: Mapping[str, str] = {
    "case": """
        case concept name
        case id, caseid, case, case number, case key, trace id, trace,
        process instance, номер дела, дело, кейс, id кейса, экземпляр
        opportunity id, deal id, lead id, mql id, record id, ticket id, order id,
        application id, request id, opportunity, deal number, order number,
        номер сделки, id сделки, id лида, номер заказа, номер заявки, id заявки,
        id заказа, номер обращения
        issue key, ticket key, work item
        issue id
        key, ключ
        id, ид
        deal, lead, order, ticket, issue, application, сделка, лид, заказ, заявка,
        обращение
        opportunity name, deal name, lead name, название сделки
    """,
    "activity": """
        concept name
        activity, activity name, event, event name, task, task name, operation, step,
        action, work step, process step, process,
        операция, действие, активность, событие,
        задача, шаг, вид работы, работа
        stage, phase, этап, стадия
    """,
    "time": """
        time timestamp
        complete timestamp, completed timestamp, end timestamp, end time, complete,
        completed, completion time, finish time, finished, finish, end, end date,
        finish date, complete time, окончание, конец, время окончания, дата окончания,
        завершение, завершено, время завершения, дата завершения
        timestamp, time, event time, datetime, date time, event timestamp, время,
        дата и время, время события, дата события, отметка времени
        date, дата
    """,
    "start": """
        start timestamp
        start time, started, start, start date, started at, begin, begin time,
        start datetime, начало, время начала, дата начала, начато
    """,
    "requested": """
        enable timestamp, enabled timestamp, enable time, enabled, enabled at,
        requested, requested at, scheduled, scheduled at, queued, queued at,
        arrived at, поставлено в очередь, назначено
    """,
    "resource": """
        org resource
        resource, resource name, user, username, employee, worker, operator, machine,
        performed by, done by, handled by, person, agent, who, исполнитель, сотрудник,
        работник, станок, пользователь, оператор
        author, changed by, modified by, edited by, last modified by, автор,
        кто изменил
    """,
    "lifecycle": """
        lifecycle transition
        lifecycle, transition, event type, life cycle, тип события, переход
    """,
    "instance": """
        concept instance
        activity instance, activity instance id
    """,
    "created": """
        created date, create date, created, created at, created on, date created,
        creation date, issue created date, created time, deal created, opened,
        open date, opened date, date opened, дата создания, создан, создана, создано,
        дата открытия, дата регистрации, дата заявки
        received, date received, arrival, arrived, arrival time, reg date, registered,
        registration date, дата поступления, поступил, поступила
    """,
    "engaged": """
        engage date, engaged, engaged date, first contact date, first contact,
        date of first contact, first touch date, contact date, first call date,
        дата первого контакта, первый контакт, дата контакта, первое касание
    """,
    "closed": """
        close date, closed date, closed, closed at, closed on, date closed,
        deal closed, resolved, resolution date, resolved date, дата закрытия, закрыт,
        закрыта, закрыто, дата завершения
    """,
    "won_date": """
        won date, date won, won at, won, sale date, deal won date, conversion date,
        converted date, converted, дата выигрыша, дата победы, дата продажи, выиграна
    """,
    "amount": """
        amount, close value, deal amount, deal value, opportunity amount, value,
        amount in company currency, dollar value, сумма, сумма сделки, стоимость
        case amount, amount req, case amount req, total amount, total, order amount,
        order value, revenue, sales, paid, sum, gross, total price, line total,
        сумма заказа, сумма оплаты, оплачено, выручка, бюджет
        expected revenue, expected amount, price, цена
    """,
    "owner": """
        deal owner, opportunity owner, owner, owner name, lead owner, sales agent,
        sales rep, sales representative, salesperson, account executive, sr id,
        case responsible, responsible, assignee, менеджер, ответственный, владелец,
        владелец сделки, продавец, ответственный менеджер
        owner id, assigned to, manager, owner full name, менеджер по продажам
    """,
    "stage": """
        deal stage, stage name, opportunity stage, pipeline stage, stage, lead stage,
        этап сделки, стадия сделки, этап, стадия, этап воронки, стадия воронки
        status, state, deal status, lead status, статус, статус сделки, статус лида,
        состояние
    """,
    "product": """
        product, product name, product line, issue type, issue type name, продукт,
        товар, услуга, тип задачи
        product id, product code, sku, артикул
    """,
    "segment": """
        segment, customer segment, business segment, market segment, origin, source,
        lead source, channel, case channel, lead type, сегмент, источник, канал,
        источник лида
        region, sector, industry, регион, отрасль
    """,
    "status_from": """
        status from, from status, status from name, from stage, stage from, old stage,
        old status, previous stage, previous status, old value, from value,
        from string, from, из статуса, старый статус, из этапа, старый этап,
        прежний этап, предыдущий статус, предыдущий этап, старое значение, было
        status from id, from id
    """,
    "status_to": """
        status to, to status, status to name, to stage, stage to, new stage,
        new status, new value, to value, to string, to, в статус, новый статус, в этап,
        новый этап, новое значение, стало
        status to id, to id
    """,
    "changed": """
        status change date, stage change date, change date, changed, changed at,
        changed on, date changed, transition date, transition time, edit date,
        modified date, last modified, modified, stage entered, entered, date entered,
        entered at, entered date, дата изменения, изменено, дата перехода,
        дата смены статуса, дата смены этапа, дата изменения статуса, когда
        created date, date, timestamp, time, created, system modstamp, created at,
        дата, время
    """,
    "field": """
        field, field name, field event, поле
    """,
    "customer": """
        customer id, customer, client id, client, customer number, customer code,
        buyer, buyer id, customer key, клиент, покупатель, id клиента, код клиента,
        номер клиента, контрагент
        customer name, client name, account, account name, account id, user id,
        member id, card number, номер карты, имя клиента
    """,
    "date": """
        date, order date, purchase date, invoice date, transaction date, sale date,
        date of purchase, invoicedate, дата, дата заказа, дата покупки, дата продажи,
        дата чека, дата операции
        order time, timestamp, datetime, created date, created at,
        order purchase timestamp, дата и время
    """,
    "items": """
        items, quantity, qty, number of items, number of cds, units, pieces, count,
        количество, кол во, штук, число позиций, количество товаров
    """,
}
"""By role, what columns are called that have it: names in one line are as good as each
other, and better than those in the lines below; a comma at its end continues a line."""


def _ranks(text: str) -> Mapping[str, int]:
    """Return how good each of some names is."""
    lines = re.sub(r",\s*\n\s*", ", ", text.strip()).split("\n")
    return {
        name.strip(): rank
        for rank in reversed(range(len(lines)))
        for name in lines[rank].split(",")
    }


RANKS = {role: _ranks(text) for role, text in HEADER_NAMES.items()}
"""By role and name, how good the name is; 0 is best."""

_WORD_WITHIN = re.compile(
    r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[\u0430-\u044f])(?=[\u0410-\u042f])"
)
"""Where a word begins in a name that is written together: ``StageName``."""

_NO_LETTER = re.compile(r"[\W_]+")

_DATED = re.compile(
    r"^(?:date entered|entered|дата входа|вошла|дата перехода на этап)\s*"
    r"[\"«“'\(\[:]\s*(?P<stage>.+?)\s*[\"»”'\)\]]*$",
    re.IGNORECASE,
)
_PIPELINE = re.compile(r"^(?P<stage>.+?)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?$")
"""A stage with its pipeline after it: ``Appointment scheduled (Sales Pipeline)``."""


def plain_name(header: str) -> str:
    """Return a header as names are compared: small letters, single blanks.

    Parameters
    ----------
    header
        As the file has it.

    Examples
    --------
    >>> from toc_sim.records.shapes.header_names import plain_name
    >>> plain_name("case:concept:name"), plain_name("StageName")
    ('case concept name', 'stage name')
    """
    apart = _WORD_WITHIN.sub(" ", header)
    return " ".join(
        _NO_LETTER.sub(" ", apart.casefold().replace("\u0451", "\u0435")).split()
    )


def name_rank(role: str, header: str) -> int | None:
    """Return how well a header names a role, 0 being best; None: it does not.

    Parameters
    ----------
    role
        Of `KIND_OF`.
    header
        As the file has it.
    """
    ranks = RANKS[role]
    name = plain_name(header)
    if name in ranks:
        return ranks[name]
    bare = name.removeprefix("case ")
    return ranks.get(bare) if role in _OF_CASES else None


_OF_CASES = frozenset({"amount", "created", "owner", "product", "segment"})
"""Roles that logs write at each case: ``case:amount``."""


def is_title(header: str) -> bool:
    """Return whether a column of cases holds titles, which two cases may share.

    Parameters
    ----------
    header
        As the file has it: ``Opportunity Name``.
    """
    ranks = RANKS["case"]
    return ranks.get(plain_name(header), -1) == max(ranks.values())


def entered_stage(header: str) -> str | None:
    """Return the stage whose entering a column dates, as HubSpot has them.

    Parameters
    ----------
    header
        As the file has it: ``Date entered "Closed won (Sales Pipeline)"``.

    Examples
    --------
    >>> from toc_sim.records.shapes.header_names import entered_stage
    >>> entered_stage('Date entered "Contract sent (Sales Pipeline)"')
    'Contract sent'
    """
    found = _DATED.match(header.strip())
    if found is None:
        return None
    stage = found["stage"].strip()
    bare = _PIPELINE.match(stage)
    return bare["stage"] if bare else stage
