"""Every sentence of the pages, in English and simplified Chinese."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency

from ..currencies import digits

LANGUAGES = {"en": "English", "zh": "中文"}

# key -> (English, Chinese)
_TEXTS: dict[str, tuple[str, str]] = {
    "test_mode": ("Test mode", "测试模式"),
    "test_note": ("No real money moves here.", "这里不会发生真实扣款。"),
    "pay_to": ("Pay {business}", "付款给 {business}"),
    "pay_title": ("Pay {amount} to {business}", "向 {business} 付款 {amount}"),
    "order_summary": ("Order summary", "订单摘要"),
    "total": ("Total due", "应付总额"),
    "quantity": ("Qty {count}", "数量 {count}"),
    "each": ("{price} each", "单价 {price}"),
    "back": ("Back to {business}", "返回 {business}"),
    "card_heading": ("Pay with card", "银行卡付款"),
    "email": ("E-mail", "电子邮箱"),
    "email_help": ("The receipt goes here.", "收据将发送到这里。"),
    "number": ("Card number", "卡号"),
    "expiry": ("Expiry date", "有效期"),
    "expiry_help": ("Month and year, such as 12/34", "月 / 年，例如 12/34"),
    "cvc": ("Security code", "安全码"),
    "cvc_help": (
        "3 digits on the back; 4 on the front for American Express",
        "卡背面的 3 位数字；美国运通为正面 4 位",
    ),
    "name": ("Name on card", "持卡人姓名"),
    "pay": ("Pay {amount}", "支付 {amount}"),
    "problem": ("Please check the following", "请检查以下内容"),
    "email_invalid": (
        "Enter a complete e-mail address, such as name@example.com.",
        "请输入完整的邮箱地址，例如 name@example.com。",
    ),
    "number_missing": ("Enter the card number.", "请输入卡号。"),
    "number_invalid": ("This card number is not valid.", "卡号无效。"),
    "expiry_invalid": (
        "Enter the expiry date as month and year, such as 12/34.",
        "请按“月 / 年”输入有效期，例如 12/34。",
    ),
    "expiry_past": ("This card has expired.", "该卡已过期。"),
    "cvc_invalid": ("The security code is incomplete.", "安全码不完整。"),
    "name_missing": ("Enter the name on the card.", "请输入持卡人姓名。"),
    "generic_decline": ("Your card was declined. Try another card.", "您的银行卡被拒绝，请换一张卡再试。"),
    "insufficient_funds": (
        "Your card has insufficient funds. Try another card.",
        "卡内余额不足，请换一张卡再试。",
    ),
    "lost_card": ("Your card was declined. Try another card.", "您的银行卡被拒绝，请换一张卡再试。"),
    "stolen_card": ("Your card was declined. Try another card.", "您的银行卡被拒绝，请换一张卡再试。"),
    "fraudulent": ("Your card was declined. Try another card.", "您的银行卡被拒绝，请换一张卡再试。"),
    "expired_card": ("Your card has expired. Try another card.", "您的银行卡已过期，请换一张卡再试。"),
    "incorrect_cvc": ("The security code is incorrect.", "安全码不正确。"),
    "processing_error": (
        "Something went wrong while processing your card. Try again.",
        "处理银行卡时出错，请再试一次。",
    ),
    "test_mode_live_card": (
        "This page takes test cards only. Use one of the numbers listed below.",
        "本页只接受测试卡，请使用下方列出的卡号。",
    ),
    "authentication_failed": (
        "Your bank could not confirm that it was you. Nothing was charged; try again or use another card.",
        "银行未能确认是您本人操作，未扣款。请重试或换一张卡。",
    ),
    "cards_heading": ("Test cards", "测试卡"),
    "cards_note": ("Any future date, any security code.", "有效期填任意未来日期，安全码任意填写。"),
    "card_good": ("Payment succeeds", "付款成功"),
    "card_unionpay": ("UnionPay, payment succeeds", "银联卡，付款成功"),
    "card_declined": ("Declined", "被拒绝"),
    "card_poor": ("Insufficient funds", "余额不足"),
    "card_3ds": ("The bank asks for confirmation (3-D Secure)", "银行要求验证（3-D Secure）"),
    "secure_title": ("Confirm this payment", "确认这笔付款"),
    "secure_text": (
        (
            "This is the page of a test bank. It stands for the app or code in which you would confirm "
            "{amount} to {business}."
        ),
        "这是测试银行的页面，代替您在银行应用或短信验证码中确认向 {business} 支付 {amount} 的步骤。",
    ),
    "secure_card": ("Card ending in {last4}", "尾号 {last4} 的银行卡"),
    "secure_pass": ("Confirm payment", "确认付款"),
    "secure_fail": ("Refuse", "拒绝"),
    "paid_title": ("This payment is complete", "付款已完成"),
    "paid_text": (
        "{amount} was paid to {business}. You will not be charged again.",
        "已向 {business} 支付 {amount}，不会重复扣款。",
    ),
    "paid_link": ("Continue", "继续"),
    "expired_title": ("This payment page has expired", "此付款页面已过期"),
    "expired_text": (
        "Nothing was charged. Go back to {business} to start again.",
        "没有扣款。请返回 {business} 重新开始。",
    ),
    "missing_title": ("There is no such page", "没有此页面"),
    "missing_text": (
        "The link is wrong or no longer valid. Nothing was charged.",
        "链接有误或已失效。没有扣款。",
    ),
    "setup_title": ("Get paid by {business}", "通过 {business} 收款"),
    "setup_text": ("Tell us who is paid and where the money goes.", "请填写收款主体和收款账户。"),
    "legal_name": ("Registered company name", "公司注册名称"),
    "representative": ("Legal representative", "法定代表人"),
    "bank_account": ("Bank account number", "银行账号"),
    "bank_help": (
        "8 to 25 digits. Test mode: any number will do.",
        "8 至 25 位数字。测试模式下可填任意号码。",
    ),
    "terms": ("I accept the payment service's terms", "我接受支付服务条款"),
    "setup_submit": ("Submit and continue", "提交并继续"),
    "legal_name_missing": ("Enter the registered company name.", "请输入公司注册名称。"),
    "representative_missing": ("Enter the name of the legal representative.", "请输入法定代表人姓名。"),
    "bank_invalid": ("Enter a bank account number of 8 to 25 digits.", "请输入 8 至 25 位数字的银行账号。"),
    "terms_missing": ("Accept the terms to continue.", "请接受条款后继续。"),
    "language": ("Language", "语言"),
}


def say(language: str, key: str, **facts: object) -> str:
    """One sentence in one language."""
    english, chinese = _TEXTS[key]
    return (chinese if language == "zh" else english).format(**facts)


def money(language: str, amount: int, currency: str) -> str:
    """`CN¥1,234.50` in English, `¥1,234.50` in Chinese."""
    value = Decimal(amount).scaleb(-digits(currency))
    locale = "zh_CN" if language == "zh" else "en"
    return str(format_currency(value, currency.upper(), locale=locale, currency_digits=True))


def choose(asked: str | None, locale: str | None, accepted: str) -> str:
    """The page's language: the link's choice, else the session's, else the browser's first known one."""
    for candidate in (asked, locale if locale != "auto" else None, *accepted.split(",")):
        start = (candidate or "").strip()[:2].lower()
        if start in LANGUAGES:
            return start
    return "en"
